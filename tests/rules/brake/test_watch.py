"""The brake stops what leaves the account's habit, and nothing else (R28)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.brake.learn import TRACKS_MAX
from shared.brake.watch import CAUSES_MAX, release, watch, with_settings
from shared.ledger.apply import apply
from shared.ledger.brake import BrakeSettings, Cause
from shared.ledger.change import NOTHING, USAGE, Change, Entry, EventName, Movement, MovementKind
from shared.ledger.pause import Pause, PauseReason
from tests.rules.books import HOUR, TERMS, book, lot

MICROS = 1_000_000
TUESDAY = datetime(2026, 3, 3, 15, tzinfo=UTC)
NIGHT = datetime(2026, 3, 4, 2, tzinfo=UTC)


def spend(dollars, at=TUESDAY, *, user="ann", prefix="44", minutes=10, kind="international"):
    """A call of ten minutes that cost so much and is unpaid yet."""
    facts = {"prefix": prefix, "billedSeconds": minutes * 60, "callKind": kind}
    entry = Entry("overdraft", USAGE, round(dollars * MICROS))
    event = EventName("exchange", "call")
    return Change(movements=(Movement(MovementKind.DEBIT, (entry,), event, at, user, "23", facts),))


def account(**facts):
    return book(lot(remaining=50 * MICROS), **facts)


def after(before, *changes, now=None):
    """The book after *changes*, each watched when its call has begun."""
    for change in changes:
        at = now or change.movements[0].started_at
        watched = watch(before, before, change, now=at)
        before = before if watched is NOTHING else apply(before, watched)
    return before


def weeks_of(before, days, calls):
    """The account after working days with some calls of each hour."""
    for day in range(days):
        at = datetime(2026, 2, 2, tzinfo=UTC) + timedelta(days=day)
        if at.weekday() < 5:
            before = after(before, *(spend(dollars, at + hour * HOUR, **facts) for hour, dollars, facts in calls))
    return before


def named(stopped):
    return {cause.user or cause.prefix for cause in stopped.brake.why}


def test_thousands_of_cheap_calls_in_an_hour_are_no_theft():
    busy = account()
    for number in range(2_000):
        busy = after(busy, spend(0.2, TUESDAY + timedelta(seconds=number), user=f"u{number % 40}"))
    assert not busy.brake.has_braked


def test_premium_calls_at_night_are_stopped_before_they_cost_a_hundred_dollars():
    thief, spent = account(), 0
    for number in range(40):
        if thief.brake.has_braked:
            break
        thief = after(thief, spend(15, NIGHT + timedelta(minutes=number), prefix="881", kind="premium"))
        spent += 15
    assert named(thief) == {"ann", "881"}
    assert spent <= 60
    assert thief.brake.since == NIGHT + timedelta(minutes=spent // 15 - 1)
    assert thief.pause == Pause(PauseReason.BRAKE, thief.brake.since)


def test_two_long_calls_are_no_theft_whatever_they_cost():
    assert not after(account(), spend(900), spend(900)).brake.has_braked
    assert after(account(), spend(900), spend(900), spend(900)).brake.has_braked


def test_a_call_of_many_hours_counts_an_hour_at_a_time():
    long = [spend(60, minutes=600, user=name) for name in ("ann", "bo", "cy", "ann", "bo", "cy")]
    assert not after(account(), *long).brake.has_braked


def test_a_known_account_is_stopped_earlier_than_a_new_one():
    def cost_until_stopped(before):
        cost = 0
        while not before.brake.has_braked:
            before = after(before, spend(5, NIGHT + timedelta(minutes=cost // 5), user="thief", prefix="881"))
            cost += 5
        return cost

    known = weeks_of(account(), 28, [(hour, 0.5, {}) for hour in range(9, 17)])
    assert known.habit.days == 20
    assert cost_until_stopped(known) * 2 <= cost_until_stopped(account())


def test_what_is_usual_of_a_user_and_a_destination_goes_on():
    """A sales team that calls dear destinations all day; the same of somebody else is theft."""
    usual = [(hour, 9, {"user": "sales", "prefix": "675"}) for hour in (9, 9, 10, 10, 11, 11)]
    known = weeks_of(account(), 28, usual)
    assert not known.brake.has_braked
    day = [spend(9, TUESDAY + number * timedelta(minutes=9), user="sales", prefix="675") for number in range(5)]
    assert not after(known, *day).brake.has_braked
    busier = [spend(9, TUESDAY + number * timedelta(minutes=7), user="bo", prefix="679") for number in range(7)]
    assert named(after(known, *busier)) == {"679"}  # a new user of a team that spends much may do so, too


def test_a_slow_drip_is_stopped_by_its_day():
    known = weeks_of(account(), 28, [(hour, 0.5, {}) for hour in range(9, 17)])
    drip = [spend(9, NIGHT + number * timedelta(minutes=65), user="thief", prefix="881") for number in range(20)]
    stopped = after(known, *drip)
    assert "881" in named(stopped)
    assert stopped.brake.since <= NIGHT + timedelta(hours=12)


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ({"per_user_per_hour": 10 * MICROS}, {"ann"}),
        ({"per_prefix_per_hour": 10 * MICROS}, {"44"}),
        ({"per_user_per_hour": 10 * MICROS, "per_prefix_per_hour": 10 * MICROS}, {"ann", "44"}),
        ({"per_user_per_hour": 12 * MICROS}, set()),
        ({"enabled": False, "per_user_per_hour": 10 * MICROS}, set()),
        ({"sensitivity": 0, "per_user_per_hour": 10 * MICROS}, {"ann"}),
    ],
)
def test_an_administrators_limit_of_an_hour_stops_what_is_more(limits, names):
    limited = apply(account(), with_settings(account(), BrakeSettings(**limits), now=TUESDAY))
    assert named(after(limited, spend(4), spend(4, TUESDAY + timedelta(minutes=59)), spend(4, TUESDAY))) == names


def test_an_hour_that_is_over_counts_no_more():
    settings = BrakeSettings(per_user_per_hour=10 * MICROS)
    limited = apply(account(), with_settings(account(), settings, now=TUESDAY))
    assert not after(limited, spend(9), spend(9, TUESDAY + timedelta(minutes=70))).brake.has_braked


def test_sensitivity_decides_how_much_is_unusual():
    def stops(sensitivity):
        changed = with_settings(account(), BrakeSettings(sensitivity=sensitivity), now=NIGHT)
        sensitive = apply(account(), changed)
        return after(sensitive, *(spend(10, NIGHT, prefix="881") for _ in range(4))).brake.has_braked

    assert [stops(each) for each in (0, 250, 500, 900, 1_000)] == [False, False, False, True, True]


def braked():
    return after(account(), *(spend(60, NIGHT, prefix="881", kind="premium") for _ in range(4)))


def test_after_a_release_the_same_calls_stop_nobody_and_new_theft_does():
    later = NIGHT + timedelta(minutes=20)
    released = apply(braked(), release(braked(), now=later))
    assert (released.brake.why, released.brake.since, released.pause.reason) == ((), later, None)
    late = [spend(60, NIGHT, prefix="881", kind="premium") for _ in range(9)]
    assert not after(released, *late, now=later).brake.has_braked
    assert after(released, *(spend(60, later, prefix="881", kind="premium") for _ in range(4))).brake.has_braked


def test_theft_teaches_no_habit():
    released = apply(braked(), release(braked(), now=NIGHT + HOUR))
    next_day = after(released, spend(1, NIGHT + timedelta(days=1), prefix="881"))
    assert next_day.habit.prefixes["881"].usual_hour == 0


def test_a_release_of_a_watching_brake_changes_nothing():
    assert release(account(), now=TUESDAY) is NOTHING


def test_switching_the_brake_off_releases_it():
    off = apply(braked(), with_settings(braked(), BrakeSettings(enabled=False), now=NIGHT + HOUR))
    assert (off.brake.why, off.pause.reason, off.brake.version) == ((), None, 1)


def test_a_pause_because_of_a_dispute_stays():
    disputed = account(pause=Pause(PauseReason.DISPUTE, NIGHT, causes=("dp",)))
    stopped = after(disputed, *(spend(60, NIGHT, prefix="881", kind="premium") for _ in range(4)))
    assert stopped.brake.has_braked
    assert stopped.pause.reason is PauseReason.DISPUTE
    assert apply(stopped, release(stopped, now=NIGHT + HOUR)).pause.reason is PauseReason.DISPUTE


def test_calls_that_are_reported_more_than_two_days_late_only_teach():
    old = [spend(60, NIGHT, prefix="881", kind="premium") for _ in range(9)]
    assert not after(account(), *old, now=NIGHT + timedelta(hours=48)).brake.has_braked
    assert after(account(), *old, now=NIGHT + timedelta(hours=47)).brake.has_braked


def test_when_too_many_leave_the_habit_everything_that_costs_money_is_stopped():
    stopped = account()
    for number in range(CAUSES_MAX):
        theft = (spend(90, NIGHT, user=f"u{number}", prefix=f"88{number}", kind="premium") for _ in range(4))
        stopped = after(stopped, *theft)
    assert len(stopped.brake.why) == CAUSES_MAX
    assert stopped.brake.why[-1] == Cause(stopped.brake.why[-1].observed, 0)
    assert stopped.brake.stops("anybody", "1")


def test_a_free_call_is_not_seen():
    free = Change(movements=(Movement(MovementKind.DEBIT, (), None, NIGHT, "ann", "23", {"callKind": "emergency"}),))
    assert watch(account(), account(), free, now=NIGHT) is NOTHING


@pytest.mark.parametrize(("zone", "country", "quiet"), [("UTC", "US", True), ("Asia/Dubai", "SA", False)])
def test_the_night_of_a_new_account_is_that_of_its_country(zone, country, quiet):
    """Sunday morning is a working day in Saudi Arabia."""
    sunday = datetime(2026, 3, 1, 6, tzinfo=UTC)
    here = replace(account(), terms=replace(TERMS, time_zone=zone, country=country))
    calls = [spend(22, sunday, prefix="881") for _ in range(3)]
    assert after(here, *calls).brake.has_braked is quiet


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 5_000), st.floats(0.01, 50)), max_size=90)
)
def test_the_habit_stays_small(calls):
    full = account()
    for user, prefix, minutes, dollars in calls:
        at = TUESDAY + timedelta(minutes=minutes)
        full = after(full, spend(dollars, at, user=f"u{user}", prefix=str(prefix)))
    assert len(full.habit.users) <= TRACKS_MAX
    assert len(full.habit.prefixes) <= TRACKS_MAX
    assert all(len(track.slots) <= 6 for track in full.habit.users.values())
