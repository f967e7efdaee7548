"""An unavailable storage account does not prevent the audit of other accounts or the reconciliation (R25)."""

from datetime import timedelta

import pytest

from operations.actions.audit import audit_all
from operations.result import Code
from shared.audit import proved
from shared.ports import UnavailableError
from shared.use_cases.accounts import audit_nightly
from shared.use_cases.accounts.audit_accounts import IncompleteAuditError
from tests.tenant import OTHER, Tenant


@pytest.fixture
async def away(world, tenant):
    """The first account cannot be read; the head of the second is lost."""
    other = Tenant(world, OTHER)
    await other.open()
    del world.ledger.partitions[OTHER]["a:head"]

    async def no_answer(_verb, partition, _what):
        if partition == tenant.account:
            raise UnavailableError("two is away")

    world.ledger.before = no_answer
    return tenant.account


async def test_the_other_accounts_are_audited_and_the_unavailable_one_is_reported(world, away):
    with pytest.raises(IncompleteAuditError, match=f"1 of 3 accounts .*{away}: two is away") as raised:
        await world.audit()
    assert [finding.account for finding in raised.value.findings] == [OTHER]


@pytest.mark.usefixtures("away")
async def test_findings_are_logged_but_an_incomplete_audit_is_not_counted(world, recorder):
    with pytest.raises(UnavailableError):
        await world.audit()
    assert any("the head is lost" in line for line in recorder.lines)
    counted = recorder.metrics()
    assert counted["credits.audit.findings",] == 1
    assert ("credits.audit.accounts",) not in counted


@pytest.mark.usefixtures("away")
async def test_an_operator_sees_the_findings_of_an_incomplete_audit(world):
    answer = await audit_all(world.services)
    assert answer.code is Code.UNAVAILABLE
    assert [row[:3] for row in answer.rows] == [(OTHER, "a:head", "the head is lost")]


async def test_an_unavailable_account_is_audited_when_its_message_is_delivered_again(world, away, recorder):
    await audit_nightly.send_accounts(world.services)
    [(_, text)] = world.queues.waiting
    with pytest.raises(IncompleteAuditError):
        await audit_nightly.audit_portion(world.services, text.encode())
    counted = recorder.metrics()
    assert (counted["credits.audit.accounts",], counted["credits.audit.findings",]) == (1, 1)
    world.ledger.before = None
    await audit_nightly.audit_portion(world.services, text.encode())
    assert (await proved.read(world.services.audits, away)).proved is not None
    assert recorder.metrics()["credits.audit.findings",] == 1  # the others are not audited again


async def test_payments_are_reconciled_if_the_accounts_cannot_be_sent(world, monkeypatch):
    reconciled = []

    async def reconcile(_services, since):
        reconciled.append(since)

    async def full(_queue, _text):
        raise UnavailableError("the queue is away")

    monkeypatch.setattr(audit_nightly, "reconcile_all", reconcile)
    world.queues.fault = full
    with pytest.raises(UnavailableError, match="the queue is away"):
        await audit_nightly.audit_nightly(world.services)
    assert reconciled == [world.clock.now() - timedelta(days=3)]
