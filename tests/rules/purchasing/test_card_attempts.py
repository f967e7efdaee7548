"""The limits of card attempts per hour, and the wait until the next one."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.purchasing.card_attempts import WINDOW, Attempt, Limits, counted, wait_before

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMITS = Limits(attempts=4, declines=2)


def tried(*minutes, declined=False):
    """One attempt for each number of minutes after noon."""
    return tuple(Attempt(f"at {minute}", NOON + timedelta(minutes=minute), declined) for minute in minutes)


@pytest.mark.parametrize(
    ("good", "declined", "at", "wait"),
    [
        ((), (), 0, None),
        ((0, 1, 2), (), 3, None),
        ((0, 1, 2, 3), (), 4, 56),
        ((), (0,), 1, None),
        ((), (0, 10), 11, 49),
        ((1, 2, 3), (0,), 4, 56),
        ((0, 1), (20, 30), 31, 49),  # both limits are reached; the later one decides
        ((0, 1, 2, 3, 4, 5), (), 6, 56),  # more than the limit, which was higher before: the third must go
    ],
)
def test_an_attempt_waits_until_both_limits_leave_room(good, declined, at, wait):
    now = NOON + timedelta(minutes=at)
    counting = counted((*tried(*good), *tried(*declined, declined=True)), now)
    assert wait_before(counting, LIMITS, now) == (timedelta(minutes=wait) if wait is not None else None)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(days=9)])
def test_attempts_an_hour_ago_do_not_count(late):
    known = tried(0, 0, 0, 0, declined=True)
    assert counted(known, NOON + WINDOW - timedelta(seconds=1)) == known
    assert counted(known, NOON + WINDOW + late) == ()


def test_an_attempt_is_admitted_exactly_after_the_announced_wait():
    known = tried(0, 5, 10, 15, declined=True)
    wait = wait_before(known, LIMITS, NOON + timedelta(minutes=20))
    assert wait is not None
    then = NOON + timedelta(minutes=20) + wait
    assert wait_before(counted(known, then), LIMITS, then) is None
    sooner = then - timedelta(seconds=1)
    assert wait_before(counted(known, sooner), LIMITS, sooner) == timedelta(seconds=1)


def test_a_clock_set_back_does_not_make_the_wait_longer_than_the_window():
    counting = counted(tried(600, 601, declined=True), NOON)
    assert wait_before(counting, LIMITS, NOON) == WINDOW
