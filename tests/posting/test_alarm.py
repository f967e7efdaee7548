"""ALARM: what waits has an alarm, set before the commit that says so; only the head's own alarm moves on."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.kernel.times import instant_text
from shared.ledger.change import Change
from shared.ledger.settings import AutoRecharge, Settings
from shared.ledger.slot import SlotState
from shared.ports import UnavailableError
from shared.posting.alarm import OUTBOX_CHECK_DELAY, SHARDS, Alarm, earliest_check
from shared.posting.decision import Decision, Posted, Unchanged, event
from shared.posting.journal.keys import HEAD, shard_of
from shared.recharge.slot import FIRST_CHECK_AFTER
from tests.posting.rig import Late, Lost
from tests.rules.books import ACCOUNT, DAY, GRACE, HOUR, NOON, book, card, lot

YEAR = NOON + 365 * DAY


def looking(at):
    """What `catch_up` commits when nothing is due."""
    return Decision(lambda _book, _now: Change(), alarm=at)


async def next_alarm(desk):
    return (await desk.stored()).position.next_alarm


@pytest.mark.parametrize(
    ("account", "has_outbox", "at"),
    [
        (book(), False, None),
        (book(), True, NOON + OUTBOX_CHECK_DELAY),
        (book(lot()), False, YEAR),
        (book(lot("A"), lot("B", expires=NOON + 2 * HOUR)), False, NOON + 2 * HOUR),
        (book(lot("B", expires=NOON + timedelta(microseconds=1))), False, NOON + timedelta(seconds=1)),  # rounded up
        (book(lot("B", expires=NOON)), False, NOON + 3 * DAY + timedelta(hours=14, minutes=5)),  # it lapses at 02:05
        (book(lot("B", expires=NOON - 4 * DAY)), False, NOON),  # overdue
        (book(lot(), settings=Settings()), True, NOON + OUTBOX_CHECK_DELAY),
    ],
)
def test_the_alarm_is_for_the_earliest_of_everything_that_waits(account, has_outbox, at):
    assert earliest_check(account, GRACE, now=NOON, has_outbox=has_outbox) == at


async def test_the_alarm_is_there_before_the_commit_that_says_so(desk):
    seen = []

    async def look(verb, _partition, writes):
        if verb == "transact" and writes[0].key == HEAD:
            seen.append((writes[0].values["nextAlarm"], desk.alarm_rows()))

    desk.table.before = look
    await desk.post(desk.telling("word"))
    [(told, rows)] = seen
    assert f"{told}|{ACCOUNT}" in rows


async def crash(desk, decision, *, at, moment):
    """A process posts *decision* and dies before or after its *at*-th operation."""
    left = at

    async def die(_verb, _partition, _what):
        nonlocal left
        left -= 1
        if left == 0:
            raise asyncio.CancelledError

    for table in (desk.table, desk.alarms_table):
        setattr(table, moment, die)
    process = desk.process()
    caller = asyncio.create_task(process.post(ACCOUNT, decision))
    await asyncio.sleep(0)
    await asyncio.wait([process._loops[ACCOUNT]._task])
    caller.cancel()
    desk.table.before = desk.table.after = desk.alarms_table.before = desk.alarms_table.after = None
    return left <= 0


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("at", "has_alarm", "has_fact"),  # reading; the alarm; the commit; draining
    [(1, False, False), (2, (False, True), False), (3, True, (False, True)), (4, True, True), (5, True, True)],
)
async def test_wherever_a_process_dies_there_may_be_an_alarm_without_a_fact_and_never_the_other_way_round(
    desk, at, moment, has_alarm, has_fact
):
    assert await crash(desk, desk.telling("word"), at=at, moment=moment) or at > 3
    alarm = f"{instant_text(NOON + OUTBOX_CHECK_DELAY)}|{ACCOUNT}"
    after = moment == "after"
    assert (alarm in desk.alarm_rows()) is (has_alarm[after] if isinstance(has_alarm, tuple) else has_alarm)
    assert (len(await desk.pages()) == 3) is (has_fact[after] if isinstance(has_fact, tuple) else has_fact)


async def test_when_the_alarm_can_not_be_set_nothing_is_committed(desk):
    before = desk.keys()
    desk.alarms_table.before = Lost(1, 2, 3, 4)
    with pytest.raises(UnavailableError):
        await desk.post(desk.telling("word"))
    assert desk.keys() == before


async def test_an_alarm_whose_setting_was_lost_is_set_again(desk):
    desk.alarms_table.after = Lost(1)
    assert isinstance(await desk.post(desk.telling("word")), Posted)
    assert len(desk.alarm_rows()) == 2


async def test_a_later_need_leaves_the_earlier_alarm_alone(desk):
    await desk.post(desk.telling("word"))
    early, rows = await next_alarm(desk), desk.alarm_rows()
    desk.clock.forward(seconds=30)
    await desk.post(desk.telling("word", name="another"))
    assert (await next_alarm(desk), desk.alarm_rows()) == (early, rows)


async def test_an_earlier_need_moves_the_alarm_forward(desk):
    assert await next_alarm(desk) == YEAR
    await desk.post(desk.telling("word"))
    assert await next_alarm(desk) == NOON + OUTBOX_CHECK_DELAY


@pytest.mark.parametrize(
    ("looked", "becomes"),
    [
        (NOON + OUTBOX_CHECK_DELAY, YEAR),  # the head's own alarm: it moves on to what waits next
        (NOON + OUTBOX_CHECK_DELAY - timedelta(seconds=1), NOON + OUTBOX_CHECK_DELAY),
        (NOON + OUTBOX_CHECK_DELAY + timedelta(seconds=1), NOON + OUTBOX_CHECK_DELAY),
        (YEAR, NOON + OUTBOX_CHECK_DELAY),  # an alarm that was set and never became the head's
    ],
)
async def test_only_the_answer_to_the_head_s_own_alarm_moves_it(desk, looked, becomes):
    await desk.post(desk.telling("word"))
    await desk.post(looking(looked))
    assert await next_alarm(desk) == becomes
    assert f"{instant_text(becomes)}|{ACCOUNT}" in desk.alarm_rows()


async def test_alarms_do_not_multiply(desk):
    await desk.post(desk.telling("word"))
    for minutes in range(5):
        desk.clock.forward(minutes=minutes)
        await desk.post(looking(NOON + timedelta(minutes=minutes)))
    assert len(desk.alarm_rows()) == 2  # the year's end, and the outbox's


async def test_two_who_answer_the_same_alarm_move_it_once(desk):
    await desk.post(desk.telling("word"))
    other, at = desk.process(), await next_alarm(desk)
    await asyncio.gather(desk.post(looking(at)), other.post(ACCOUNT, looking(at)))
    assert await next_alarm(desk) == YEAR


async def test_a_look_writes_the_head_though_nothing_is_due_and_so_ends_what_was_decided_before_it(desk):
    desk.table.before = late = Late(desk.table, 99, away=True)
    with pytest.raises(UnavailableError):
        await desk.post(desk.telling("word"))
    desk.table.before = None
    alarm = NOON + OUTBOX_CHECK_DELAY
    pages = len(await desk.pages())
    await desk.process().post(ACCOUNT, looking(alarm))  # the alarm of that write is consumed here
    assert len(await desk.pages()) == pages  # and leaves no page for ever
    assert not late.land()
    assert desk.outbox == []


async def test_a_look_that_finds_nothing_due_moves_the_alarm_on_and_nothing_else(desk):
    await desk.post(desk.grant(100, "paid"))
    before, alarm = await desk.stored(), NOON + OUTBOX_CHECK_DELAY
    await desk.post(desk.telling("word"))
    told = await desk.stored()
    assert told.position.next_alarm == alarm
    desk.clock.forward(seconds=61)
    await desk.post(looking(alarm))
    after = await desk.stored()
    assert after == replace(told, position=replace(told.position, next_alarm=before.position.next_alarm))
    assert isinstance(await desk.post(desk.debit(7, "call")), Posted)  # on the very head that the look has left


async def test_a_look_beside_calls_is_part_of_their_commit(desk):
    answers = await asyncio.gather(desk.post(looking(NOON)), desk.post(desk.debit(7, "call")))
    assert all(isinstance(answer, Posted) for answer in answers)


async def test_a_look_whose_answer_was_lost_looks_again(desk):
    await desk.post(desk.grant(100, "paid"))
    before = await desk.stored()
    desk.table.after = lost = Lost(1)
    assert isinstance(await desk.post(looking(NOON)), Unchanged)
    assert lost.fired == 1
    assert await desk.stored() == before


async def test_a_look_that_others_overtake_looks_again(desk):
    await desk.post(desk.grant(100, "paid"))
    await desk.process().post(ACCOUNT, desk.debit(7, "call"))
    assert isinstance(await desk.post(looking(NOON)), Unchanged)
    assert await desk.left() == 1_093


async def test_a_recharge_under_way_is_looked_at_again(desk):
    order = AutoRecharge(enabled=True, trigger=2_000, amount=50, largest_charge=50)
    arming = Change(settings=Settings(auto_recharge=order, cards=(card(),)))
    await desk.post(Decision(lambda _book, _now: arming, event("arm", content="")))
    assert (await desk.stored()).slot.state is SlotState.WANTED
    assert await next_alarm(desk) == NOON + OUTBOX_CHECK_DELAY  # its message is on the way
    await desk.post(looking(NOON + OUTBOX_CHECK_DELAY))
    assert await next_alarm(desk) == NOON + FIRST_CHECK_AFTER


async def test_due_alarms_are_read_from_their_shard_oldest_first_and_only_those(desk):
    shard = shard_of(ACCOUNT)
    for seconds in (5, -5, 0, 1):
        await desk.alarms.set(Alarm(ACCOUNT, NOON + timedelta(seconds=seconds)))
    due = await desk.alarms.due(shard, now=NOON + timedelta(microseconds=999_999))
    assert [(alarm.at - NOON) / timedelta(seconds=1) for alarm in due] == [-5, 0]
    assert {alarm.account for alarm in due} == {ACCOUNT}
    for other in set(SHARDS) - {shard}:
        assert await desk.alarms.due(other, now=YEAR) == []


async def test_an_alarm_that_was_set_again_meanwhile_is_not_deleted(desk):
    alarm = Alarm(ACCOUNT, NOON)
    await desk.alarms.set(alarm)
    seen = await desk.alarms.read(alarm)
    await desk.alarms.set(alarm)
    with pytest.raises(Exception, match="write 0"):
        await desk.alarms.delete(alarm, seen)
    await desk.alarms.delete(alarm, await desk.alarms.read(alarm))
    assert await desk.alarms.read(alarm) is None
