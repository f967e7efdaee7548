"""Alarms (DESIGN, ALARM): pending work has an alarm, set before its commit; only the head's own alarm is moved."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.kernel.times import instant_text
from shared.ledger.change import Change
from shared.ledger.entitlements import Entitlements, Exemption
from shared.ledger.settings import AutoRecharge, Settings
from shared.ledger.slot import SlotState
from shared.ledger.told import Told
from shared.notices.statements import told_from
from shared.ports import UnavailableError
from shared.posting.alarm import OUTBOX_CHECK_DELAY, SHARDS, Alarm, earliest_check
from shared.posting.decision import Decision, Posted, Unchanged, event
from shared.posting.journal.keys import HEAD, shard_of
from shared.recharge.slot import FIRST_CHECK_AFTER
from tests.posting.posted_account import DelayWrite, LoseAnswers
from tests.rules.books import ACCOUNT, DAY, GRACE, HOUR, NOON, book, card, lot

YEAR = NOON + 365 * DAY
MONTH = told_from(ACCOUNT, NOON)
"""When administrators are told the statement of the month, hours after its end."""

ORDER = AutoRecharge(enabled=True, trigger=100, amount=50, largest_charge=50)
LATER = Entitlements(exemptions=(Exemption("a test", "T-1", NOON, NOON + HOUR),))


def looking(at):
    """The decision of `catch_up` when nothing is due."""
    return Decision(lambda _book, _now: Change(), alarm=at)


async def next_alarm(posted):
    return (await posted.stored()).position.next_alarm


@pytest.mark.parametrize(
    ("account", "has_outbox", "at"),
    [
        (book(), False, None),
        (book(), True, NOON + OUTBOX_CHECK_DELAY),
        (book(lot()), False, YEAR - 90 * DAY),  # it is told that the lot will expire
        (book(lot("A"), lot("B", expires=NOON + 2 * HOUR)), False, NOON + 2 * HOUR),
        (book(lot("B", expires=NOON + timedelta(microseconds=1))), False, NOON + timedelta(seconds=1)),  # rounded up
        (book(lot("B", expires=NOON)), False, NOON + 3 * DAY + timedelta(hours=14, minutes=5)),  # it lapses at 02:05
        (book(lot("B", expires=NOON - 4 * DAY)), False, NOON),  # overdue
        (book(entitlements=LATER), False, None),
        (book(entitlements=LATER, settings=Settings(ORDER)), False, NOON + HOUR),
        (book(entitlements=LATER, settings=Settings(replace(ORDER, enabled=False))), False, None),
        (book(lot(), settings=Settings()), True, NOON + OUTBOX_CHECK_DELAY),
        (book(lot(), told=Told(statement_at=MONTH, review_at=MONTH + HOUR)), False, MONTH),
    ],
)
def test_the_alarm_is_for_the_earliest_pending_work(account, has_outbox, at):
    assert earliest_check(account, GRACE, now=NOON, has_outbox=has_outbox) == at


async def test_the_alarm_is_set_before_its_commit(posted):
    seen = []

    async def look(verb, _partition, writes):
        if verb == "transact" and writes[0].key == HEAD:
            seen.append((writes[0].values["nextAlarm"], posted.alarm_rows()))

    posted.table.before = look
    await posted.post(posted.send_messages("word"))
    [(scheduled, rows)] = seen
    assert f"{scheduled}|{ACCOUNT}" in rows


async def crash(posted, decision, *, at, moment):
    """Post *decision* in a process that crashes before or after its *at*-th operation."""
    left = at

    async def die(_verb, _partition, _what):
        nonlocal left
        left -= 1
        if left == 0:
            raise asyncio.CancelledError

    for table in (posted.table, posted.alarms_table):
        setattr(table, moment, die)
    process = posted.process()
    caller = asyncio.create_task(process.post(ACCOUNT, decision))
    await asyncio.sleep(0)
    await asyncio.wait([process._loops[ACCOUNT]._task])
    caller.cancel()
    posted.table.before = posted.table.after = posted.alarms_table.before = posted.alarms_table.after = None
    return left <= 0


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("at", "has_alarm", "has_fact"),  # reading; the alarm; the commit; draining
    [(1, False, False), (2, (False, True), False), (3, True, (False, True)), (4, True, True), (5, True, True)],
)
async def test_a_crash_may_leave_an_alarm_without_a_commit_but_never_the_reverse(
    posted, at, moment, has_alarm, has_fact
):
    assert await crash(posted, posted.send_messages("word"), at=at, moment=moment) or at > 3
    alarm = f"{instant_text(NOON + OUTBOX_CHECK_DELAY)}|{ACCOUNT}"
    after = moment == "after"
    assert (alarm in posted.alarm_rows()) is (has_alarm[after] if isinstance(has_alarm, tuple) else has_alarm)
    assert (len(await posted.pages()) == 3) is (has_fact[after] if isinstance(has_fact, tuple) else has_fact)


async def test_nothing_is_committed_if_the_alarm_cannot_be_set(posted):
    before = posted.keys()
    posted.alarms_table.before = LoseAnswers(1, 2, 3, 4)
    with pytest.raises(UnavailableError):
        await posted.post(posted.send_messages("word"))
    assert posted.keys() == before


async def test_an_alarm_that_was_not_set_is_set_again(posted):
    posted.alarms_table.after = LoseAnswers(1)
    assert isinstance(await posted.post(posted.send_messages("word")), Posted)
    assert len(posted.alarm_rows()) == 2


async def test_later_work_does_not_change_an_earlier_alarm(posted):
    await posted.post(posted.send_messages("word"))
    early, rows = await next_alarm(posted), posted.alarm_rows()
    posted.clock.forward(seconds=30)
    await posted.post(posted.send_messages("word", name="another"))
    assert (await next_alarm(posted), posted.alarm_rows()) == (early, rows)


async def test_earlier_work_moves_the_alarm_forward(posted):
    assert await next_alarm(posted) == MONTH
    await posted.post(posted.send_messages("word"))
    assert await next_alarm(posted) == NOON + OUTBOX_CHECK_DELAY


@pytest.mark.parametrize(
    ("looked", "becomes"),
    [
        (NOON + OUTBOX_CHECK_DELAY, MONTH),  # the head's own alarm moves to the next pending work
        (NOON + OUTBOX_CHECK_DELAY - timedelta(seconds=1), NOON + OUTBOX_CHECK_DELAY),
        (NOON + OUTBOX_CHECK_DELAY + timedelta(seconds=1), NOON + OUTBOX_CHECK_DELAY),
        (MONTH, NOON + OUTBOX_CHECK_DELAY),  # an alarm that was set, but never became the head's
    ],
)
async def test_only_a_catch_up_of_the_heads_own_alarm_moves_it(posted, looked, becomes):
    await posted.post(posted.send_messages("word"))
    await posted.post(looking(looked))
    assert await next_alarm(posted) == becomes
    assert f"{instant_text(becomes)}|{ACCOUNT}" in posted.alarm_rows()


async def test_alarms_do_not_multiply(posted):
    await posted.post(posted.send_messages("word"))
    for minutes in range(5):
        posted.clock.forward(minutes=minutes)
        await posted.post(looking(NOON + timedelta(minutes=minutes)))
    assert len(posted.alarm_rows()) == 2  # the year's end, and the outbox's


async def test_two_catch_ups_of_one_alarm_move_it_once(posted):
    await posted.post(posted.send_messages("word"))
    other, at = posted.process(), await next_alarm(posted)
    await asyncio.gather(posted.post(looking(at)), other.post(ACCOUNT, looking(at)))
    assert await next_alarm(posted) == MONTH


async def test_a_catch_up_without_due_work_writes_the_head_and_invalidates_earlier_decisions(posted):
    posted.table.before = late = DelayWrite(posted.table, 99, away=True)
    with pytest.raises(UnavailableError):
        await posted.post(posted.send_messages("word"))
    posted.table.before = None
    alarm = NOON + OUTBOX_CHECK_DELAY
    pages = len(await posted.pages())
    await posted.process().post(ACCOUNT, looking(alarm))  # the alarm of that write is consumed here
    assert len(await posted.pages()) == pages  # and leaves no page
    assert not late.apply()
    assert posted.outbox == []


async def test_a_catch_up_without_due_work_only_moves_the_alarm(posted):
    await posted.post(posted.grant(100, "paid"))
    before, alarm = await posted.stored(), NOON + OUTBOX_CHECK_DELAY
    await posted.post(posted.send_messages("word"))
    scheduled = await posted.stored()
    assert scheduled.position.next_alarm == alarm
    posted.clock.forward(seconds=61)
    await posted.post(looking(alarm))
    after = await posted.stored()
    assert after == replace(scheduled, position=replace(scheduled.position, next_alarm=before.position.next_alarm))
    assert isinstance(await posted.post(posted.debit(7, "call")), Posted)  # on the head that the catch-up wrote


async def test_a_catch_up_shares_a_commit_with_calls(posted):
    answers = await asyncio.gather(posted.post(looking(NOON)), posted.post(posted.debit(7, "call")))
    assert all(isinstance(answer, Posted) for answer in answers)


async def test_a_catch_up_with_a_lost_answer_is_repeated(posted):
    await posted.post(posted.grant(100, "paid"))
    before = await posted.stored()
    posted.table.after = lost = LoseAnswers(1)
    assert isinstance(await posted.post(looking(NOON)), Unchanged)
    assert lost.fired == 1
    assert await posted.stored() == before


async def test_a_catch_up_that_loses_the_race_is_repeated(posted):
    await posted.post(posted.grant(100, "paid"))
    await posted.process().post(ACCOUNT, posted.debit(7, "call"))
    assert isinstance(await posted.post(looking(NOON)), Unchanged)
    assert await posted.remaining() == 1_093


async def test_a_recharge_in_progress_has_an_alarm(posted):
    order = AutoRecharge(enabled=True, trigger=2_000, amount=50, largest_charge=50)
    arming = Change(settings=Settings(auto_recharge=order, cards=(card(),)))
    await posted.post(Decision(lambda _book, _now: arming, event("arm", content="")))
    assert (await posted.stored()).slot.state is SlotState.WANTED
    assert await next_alarm(posted) == NOON + OUTBOX_CHECK_DELAY  # its message is being delivered
    await posted.post(looking(NOON + OUTBOX_CHECK_DELAY))
    assert await next_alarm(posted) == NOON + FIRST_CHECK_AFTER


async def test_only_due_alarms_are_read_from_their_shard_oldest_first(posted):
    shard = shard_of(ACCOUNT)
    for seconds in (5, -5, 0, 1):
        await posted.alarms.set(Alarm(ACCOUNT, NOON + timedelta(seconds=seconds)))
    due = await posted.alarms.due(shard, now=NOON + timedelta(microseconds=999_999))
    assert [(alarm.at - NOON) / timedelta(seconds=1) for alarm in due] == [-5, 0]
    assert {alarm.account for alarm in due} == {ACCOUNT}
    for other in set(SHARDS) - {shard}:
        assert await posted.alarms.due(other, now=YEAR) == []


async def test_an_alarm_that_was_set_again_meanwhile_is_not_deleted(posted):
    alarm = Alarm(ACCOUNT, NOON)
    await posted.alarms.set(alarm)
    seen = await posted.alarms.read(alarm)
    await posted.alarms.set(alarm)
    with pytest.raises(Exception, match="write 0"):
        await posted.alarms.delete(alarm, seen)
    await posted.alarms.delete(alarm, await posted.alarms.read(alarm))
    assert await posted.alarms.read(alarm) is None
