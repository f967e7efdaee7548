"""The nightly audit through its queue: who audits what, what is measured, and what it costs (R25)."""

import json
from datetime import timedelta

import pytest

from shared.audit import proved, rota
from shared.kernel.ids import AccountId
from shared.use_cases.accounts import audit_nightly
from tests.fakes.world import ACCOUNT
from tests.telemetry_recorder import recorder
from tests.tenant import OTHER, Tenant, call, report

__all__ = ["recorder"]


@pytest.fixture
def no_rota(monkeypatch):
    monkeypatch.setattr(rota, "is_in_turn", lambda *_: False)


async def portions(world):
    await audit_nightly.send_accounts(world.services)
    found = [json.loads(text)["accounts"] for queue, text in world.queues.waiting if queue == "audits"]
    world.queues.waiting.clear()
    return found


async def test_accounts_are_sent_ten_at_a_time_and_each_message_expires_before_the_next_night(world):
    accounts = [f"5f0c1f9e-0000-4000-8000-{number:012d}" for number in range(25)]
    for account in accounts:
        await world.services.registry.add(AccountId(account))
    sent = await portions(world)
    assert [len(portion) for portion in sent] == [10, 10, 6]
    assert [account for portion in sent for account in portion] == [*accounts, "unattributed"]
    assert set(world.queues.lifetimes.values()) == {timedelta(hours=20)}


@pytest.mark.usefixtures("tenant")
async def test_a_message_that_is_delivered_twice_is_audited_once(world, recorder):
    await audit_nightly.send_accounts(world.services)
    [(_, text)] = world.queues.waiting
    for _ in range(2):
        await audit_nightly.audit_portion(world.services, text.encode())
    assert recorder.metrics()["credits.audit.accounts",] == 1


@pytest.mark.usefixtures("tenant")
async def test_missed_and_late_audits_are_measured_when_the_night_begins(world, recorder, caplog):
    async def measured():
        await portions(world)
        metrics = recorder.metrics()
        names = ("credits.audit.overdue", "night"), ("credits.audit.overdue", "whole"), ("credits.audit.whole_age",)
        return [metrics[name] for name in names]

    day = 86_400
    assert await measured() == [0, 0, 0]
    world.clock.forward(days=1)
    assert await measured() == [0, 0, day]  # listed yesterday, and not audited yet
    world.clock.forward(days=1)
    assert await measured() == [2, 0, 2 * day]
    await world.night()
    assert await measured() == [0, 0, 0]
    world.clock.forward(days=31)
    assert await measured() == [2, 2, 31 * day]
    assert f"the whole audit of {ACCOUNT} is overdue" in caplog.text


@pytest.mark.usefixtures("tenant")
async def test_a_new_account_is_audited_whole_and_then_from_where_the_audit_ended(world):
    await world.night()
    stored = await proved.read(world.services.audits, AccountId(ACCOUNT))
    assert stored.proved is not None
    assert stored.proved.sequence == int(world.ledger.partitions[ACCOUNT]["a:head"].values["sequence"])
    whole = stored.record
    assert whole is not None
    world.clock.forward(hours=1)
    await report(world, call("one more"))
    await world.night()
    again = await proved.read(world.services.audits, AccountId(ACCOUNT))
    assert again.proved is not None
    assert again.proved.sequence == stored.proved.sequence + 1
    assert again.record is not None
    assert (again.record.whole, again.record.since) == (whole.whole, whole.since)


@pytest.mark.usefixtures("no_rota")
@pytest.mark.parametrize("history", [1, 40])
async def test_a_night_reads_as_much_as_the_day_wrote_however_long_the_history_is(world, tenant, history):
    await tenant.grant("100")
    for number in range(history):
        await report(world, call(f"history {number}"))
    await world.tick(minutes=1)
    await world.night()
    world.clock.forward(days=1)
    for number in range(3):
        await report(world, call(f"day {number}"))
    await world.tick(minutes=1)
    reads = []

    async def note(verb, partition, what):
        if partition == ACCOUNT:
            reads.append((verb, str(what)))

    world.ledger.before = note
    await audit_nightly.send_accounts(world.services)
    await world.drain()
    assert len(reads) == 8, reads


async def test_an_account_that_was_never_opened_is_recorded_and_not_proved(world):
    await world.services.registry.add(AccountId(OTHER))
    await world.night()
    stored = await proved.read(world.services.audits, AccountId(OTHER))
    assert (stored.proved, stored.record and stored.record.findings) == (None, 0)


async def test_of_two_audits_of_an_account_at_the_same_time_the_first_that_ends_is_stored(world, tenant):
    await tenant.grant("1")
    account = AccountId(ACCOUNT)
    early = await proved.read(world.services.audits, account)
    await world.night()
    kept = await proved.read(world.services.audits, account)
    await proved.write(world.services.audits, account, early, proved.Record(world.clock.now()), None)
    assert await proved.read(world.services.audits, account) == kept


async def test_a_lost_record_leads_to_a_whole_audit(world, tenant):
    await tenant.grant("1")
    await Tenant(world, OTHER).open()
    await world.night()
    for rows in world.audits.partitions.values():
        for key in [key for key in rows if key.startswith(proved.AUDITED)]:
            del rows[key]
    del world.ledger.partitions[ACCOUNT][next(key for key in world.ledger.partitions[ACCOUNT] if key.startswith("m:"))]
    world.clock.forward(days=1)
    await world.night()
    stored = await proved.read(world.services.audits, AccountId(ACCOUNT))
    assert stored.record is not None
    assert stored.record.findings == 1
