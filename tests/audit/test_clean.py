"""The audit finds nothing in correct rows: after the scenario, after each of its steps, and during bookings (R25)."""

import asyncio

import pytest

from shared.audit.finding import Finding
from shared.use_cases.accounts.audit_account import audit_account
from shared.use_cases.accounts.audit_accounts import audit_accounts
from tests.audit.books import Books, full_scenario
from tests.tenant import BOSTON, OTHER, Tenant, call, report, usd

KINDS = {"grant", "purchase", "recharge", "debit", "correction", "expiry"}


async def test_the_audit_finds_nothing_in_the_scenario(books):
    assert await books.audit() == []


async def test_the_scenario_has_every_kind_of_row(books):
    """Otherwise the falsifications would have nothing to falsify."""
    tenant = books.tenant
    assert {kind for kind, _ in await tenant.booked()} == KINDS
    assert {lot["state"] for lot in await tenant.lots()} == {"open", "spent", "expired"}
    assert set(await tenant.reasons()) == {"unreadable", "no_rate", "unknown_account"}
    for prefix in (
        "a:lot:",
        "a:intent:",
        "a:settings",
        "h:lot:",
        "h:intent:",
        "m:",
        "j:",
        "a:hold:",
        "p:",
        "l:",
        "a:ent",
    ):
        assert books.keys(prefix), prefix
    assert books.world.ledger.partitions["unattributed"]


async def test_the_audit_finds_nothing_after_every_commit_of_the_scenario(world, tenant):
    """Audit after every transaction."""
    found: list[Finding] = []

    async def looked_at(verb, partition, _writes):
        if verb == "transact" and partition == tenant.account:
            world.ledger.after = None
            found.extend(await audit_account(world.services, partition))
            world.ledger.after = looked_at

    world.ledger.after = looked_at
    await full_scenario(tenant)
    assert found == []


async def test_the_audit_finds_nothing_in_an_empty_service(world):
    assert await world.audit() == []


async def test_a_registered_account_that_was_never_opened_is_not_a_finding(world):
    await world.services.registry.add(OTHER)
    assert await world.audit() == []


async def test_an_alarm_handled_during_the_audit_is_not_a_finding(world, tenant):
    await tenant.grant("1", expiresAt="2026-03-02T00:00:00Z")
    world.clock.time = world.clock.time.replace(day=2, hour=0)
    looked_after: list[bool] = []

    async def meanwhile(verb, _partition, _key):
        if verb == "get" and not looked_after:
            looked_after.append(True)
            await world.tick()

    world.alarms.before = meanwhile
    assert await world.audit() == []
    assert looked_after


@pytest.mark.parametrize("response_rows", [1000, 7])
async def test_the_audit_finds_nothing_during_bookings(world, tenant, monkeypatch, response_rows):
    """Rows from several responses are of different times and must not be audited as if of one commit."""
    monkeypatch.setattr("tests.fakes.table.RESPONSE_ROWS", response_rows)
    await tenant.store_card()
    await tenant.set_auto_recharge(trigger=usd("10"))
    there = Tenant(world)
    done = False

    async def calls():
        for number in range(25):
            world.services = world.process() if number % 10 == 0 else world.services
            await report(world, [call(f"{number}.{part}", called=BOSTON, seconds=600) for part in range(4)])
            await report(world, call(f"{number}.0", called=BOSTON, seconds=60), call(f"{number}.9", direction="up"))
            for item in await there.suspended():
                await (there.accept if item["reason"] == "conflict" else there.replay)(item["id"])
            await there.grant("1", f"PO-{number}")
            world.clock.forward(seconds=number % 3)
            await world.drain()

    async def audits():
        found: list[Finding] = []
        services = world.process()
        while not done:
            found += await audit_accounts(services)
            await asyncio.sleep(0)
        return found

    auditing = asyncio.create_task(audits())
    await calls()
    done = True
    assert await auditing == []
    assert await world.audit() == []
    assert len(Books(tenant).keys("h:lot:")) > 20
