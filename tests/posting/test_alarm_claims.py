"""A due alarm is claimed by one timer, and sent again only when its earlier wake-up must have expired."""

import asyncio
from datetime import timedelta

import pytest

from shared.posting.alarm import MARGIN, WAKE_UP_LIFETIME, Alarm, alarm_of
from shared.posting.journal.keys import shard_of
from tests.posting.posted_account import LoseAnswers
from tests.rules.books import ACCOUNT, HOUR, NOON


async def claimed(posted, now=NOON):
    return [alarm_of(row) for row in await posted.alarms.claim_due(shard_of(ACCOUNT), now=now)]


async def test_of_two_timers_one_sends_a_due_alarm(posted):
    await posted.alarms.set(Alarm(ACCOUNT, NOON))
    claims = await asyncio.gather(*(posted.alarms.claim_due(shard_of(ACCOUNT), now=NOON) for _ in range(2)))
    assert sorted(map(len, claims)) == [0, 1]


@pytest.mark.parametrize(
    ("later", "again"),
    [
        (timedelta(minutes=1), False),
        (WAKE_UP_LIFETIME + MARGIN - timedelta(seconds=1), False),
        (WAKE_UP_LIFETIME + MARGIN, True),  # its message has expired
        (-timedelta(minutes=1), False),
        (-timedelta(minutes=3), True),  # it was marked by a clock that was ahead
    ],
)
async def test_a_due_alarm_is_not_sent_again_while_its_wake_up_may_exist(posted, later, again):
    alarm = Alarm(ACCOUNT, NOON - HOUR)
    await posted.alarms.set(alarm)
    assert await claimed(posted) == [alarm]
    assert await claimed(posted, NOON + later) == [alarm] * again


async def test_an_alarm_that_was_set_again_or_released_is_sent_at_once(posted):
    alarm = Alarm(ACCOUNT, NOON)
    await posted.alarms.set(alarm)
    for freed in (posted.alarms.set, None):
        assert await claimed(posted) == [alarm]
        await (freed(alarm) if freed else posted.alarms.release(alarm, await posted.alarms.read(alarm)))
    assert await claimed(posted) == [alarm]


async def test_alarms_that_could_not_be_sent_are_released_for_the_next_timer(posted):
    for minutes in range(150):
        await posted.alarms.set(Alarm(ACCOUNT, NOON - timedelta(minutes=minutes)))
    shard = shard_of(ACCOUNT)
    rows = await posted.alarms.claim_due(shard, now=NOON)
    await posted.alarms.undo_claim(shard, rows[40:])
    assert await claimed(posted) == [alarm_of(row) for row in rows[40:]]
    posted.alarms_table.before = LoseAnswers(1)
    await posted.alarms.undo_claim(shard, rows)  # their markers expire


async def test_an_alarm_that_changes_while_it_is_claimed_is_left_and_its_neighbours_are_claimed(posted):
    alarms = [Alarm(ACCOUNT, NOON - minute * timedelta(minutes=1)) for minute in range(3)]
    for alarm in alarms:
        await posted.alarms.set(alarm)

    async def set_again(verb, _partition, _what):
        if verb == "transact":
            posted.alarms_table.before = None
            await posted.alarms.set(alarms[1])

    posted.alarms_table.before = set_again
    assert await claimed(posted) == [alarms[2], alarms[0]]


async def test_an_alarm_with_an_unanswered_claim_is_left_to_the_next_timer(posted):
    await posted.alarms.set(Alarm(ACCOUNT, NOON))
    posted.alarms_table.before = LoseAnswers(1)
    assert await claimed(posted) == []
    assert len(await claimed(posted)) == 1
