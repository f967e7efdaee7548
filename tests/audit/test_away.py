"""A storage account that is away keeps no other account from being audited, nor payments from reconciliation (R25)."""

from datetime import timedelta

import pytest

from operations.actions.audit import audit_all
from operations.result import Code
from shared.ports import UnavailableError
from shared.use_cases.accounts import audit_accounts
from shared.use_cases.accounts.audit_accounts import IncompleteAuditError
from tests.tenant import OTHER, Tenant


@pytest.fixture
async def away(world, tenant):
    """The first account cannot be read; the head of the one behind it is lost."""
    other = Tenant(world, OTHER)
    await other.open()
    del world.ledger.partitions[OTHER]["a:head"]

    async def no_answer(_verb, partition, _what):
        if partition == tenant.account:
            raise UnavailableError("two is away")

    world.ledger.before = no_answer
    return tenant.account


async def test_the_others_are_audited_and_it_is_said_that_one_was_not(world, away):
    with pytest.raises(IncompleteAuditError, match=f"1 of 3 accounts .*{away}: two is away") as told:
        await world.audit()
    assert [finding.account for finding in told.value.findings] == [OTHER]


@pytest.mark.usefixtures("away")
async def test_what_was_found_is_told_and_the_audit_does_not_count_as_one(world, recorder):
    with pytest.raises(UnavailableError):
        await world.audit()
    assert any("the head is lost" in line for line in recorder.lines)
    counted = recorder.metrics()
    assert counted["credits.audit.findings",] == 1
    assert ("credits.audit.accounts",) not in counted


@pytest.mark.usefixtures("away")
async def test_an_operator_sees_what_was_found(world):
    answer = await audit_all(world.services)
    assert answer.code is Code.UNAVAILABLE
    assert [row[:3] for row in answer.rows] == [(OTHER, "a:head", "the head is lost")]


@pytest.mark.usefixtures("away")
async def test_payments_are_reconciled_all_the_same(world, monkeypatch):
    reconciled = []

    async def reconcile(_services, since):
        reconciled.append(since)

    monkeypatch.setattr(audit_accounts, "reconcile_payments", reconcile)
    with pytest.raises(UnavailableError, match="two is away"):
        await audit_accounts.audit_nightly(world.services)
    assert reconciled == [world.clock.now() - timedelta(days=3)]
