"""The nightly audit of all rows, and the reconciliation of payments with the provider (R25, R29)."""

import logging
from dataclasses import replace

from shared.audit.finding import Invariant
from shared.use_cases.accounts.audit_accounts import audit_accounts
from tests.fakes.world import ACCOUNT
from tests.tenant import OTHER, Tenant

VISA = "pm_card_visa"


async def test_a_night_without_findings_logs_only_that(world, tenant, caplog):
    await tenant.buy(paymentMethod=VISA)
    with caplog.at_level(logging.INFO):
        await world.night()
    assert [entry.message for entry in caplog.records if entry.message.startswith("audit: ")] == [
        "audit: 1 accounts, 0 findings"
    ]
    assert not [entry for entry in caplog.records if entry.levelno >= logging.WARNING]


async def test_a_finding_is_logged_as_an_error_for_the_alarm(world, tenant, caplog):
    await tenant.grant("100")
    rows = world.ledger.partitions[ACCOUNT]
    [key] = [key for key in rows if key.startswith("a:lot:")]
    del rows[key]
    with caplog.at_level(logging.INFO):
        await world.night()
    errors = [entry for entry in caplog.records if entry.levelno == logging.ERROR]
    assert errors
    assert all(entry.message.startswith("audit: ") and ACCOUNT in entry.message for entry in errors)


async def test_an_account_with_an_alarm_that_is_not_registered_is_reported(world, tenant):
    await tenant.grant("100", expiresAt="2026-04-01T00:00:00Z")
    del world.accounts.partitions["accounts"][ACCOUNT]
    found = await audit_accounts(world.services)
    assert [(finding.account, finding.invariant, finding.row) for finding in found] == [
        (ACCOUNT, Invariant.TENANT, "Accounts")
    ]


async def test_an_unreadable_row_is_reported_and_the_other_accounts_are_audited(world, tenant):
    other = Tenant(world, OTHER)
    await other.open()
    await tenant.grant("100")
    for account in (ACCOUNT, OTHER):
        head = world.ledger.partitions[account]["a:head"]
        world.ledger.partitions[account]["a:head"] = replace(head, values={"p0": "{"})
    found = await audit_accounts(world.services)
    assert {(finding.account, finding.row) for finding in found} >= {(ACCOUNT, "a:head"), (OTHER, "a:head")}


async def test_the_payments_of_three_days_are_reconciled(world, tenant):
    for days, amount in ((0, "50"), (2, "60")):
        world.clock.forward(days=days)
        await tenant.buy(amount, key=f"buy {amount}", paymentMethod=VISA)
    early, late = list(world.payments.payments.values())
    world.clock.forward(days=2)
    await world.night()
    assert await tenant.balance() == "110"
    for payment in (early, late):
        del world.payments.payments[payment.id]
    world.payments.next_outcome("timeout_before", on="retrieve")
    missed = []

    async def retrieve(payment):
        missed.append(payment)

    world.payments.retrieve = retrieve
    await world.night()
    assert missed == [late.id]
