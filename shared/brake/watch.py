"""What the brake sees in a change, and whom it stops: decided in the commit that books or authorises (R28)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from shared.brake.calendar import is_quiet, local_hour, with_call
from shared.brake.learn import DAY_SECONDS, Hour, bounded, forgotten, hour_of, with_spent
from shared.brake.limits import (
    THOUSAND,
    allowance,
    is_beyond_limit,
    is_day_beyond_habit,
    is_hour_beyond_habit,
    is_rapid,
    is_surely_usual,
    limit_of,
    weight,
)
from shared.brake.spent import Spent, spent_by
from shared.ledger.book import Book
from shared.ledger.brake import Brake, BrakeSettings, Cause
from shared.ledger.change import NOTHING, Change
from shared.ledger.habit import Habit, Track
from shared.ledger.pause import NOT_PAUSED, Pause, PauseReason

COUNTS_FOR = timedelta(hours=48)
"""How long after its start a call still counts: reports of some systems come two days late. Older calls only teach."""

CAUSES_MAX = 20
"""Causes that are named. When more users and destinations leave the habit, everything that costs money is stopped."""

PREMIUM = "premium"


def watch(before: Book, after: Book, change: Change, *, now: datetime) -> Change:
    """What follows from what *change* spends, which led from *before* to *after*: the habit, and the brake with every
    user and destination that has left it. Auto-recharge is paused in the same commit, unless a dispute has paused it.
    """
    habit, causes = after.habit, list[Cause]()
    for spent in spent_by(before, change):
        habit, found = _seen(after, habit, spent, now=now)
        causes += found
    if habit is after.habit:
        return NOTHING
    return Change(habit=habit).then(_braked(after, causes, now=now)) if causes else Change(habit=habit)


def _braked(book: Book, causes: list[Cause], *, now: datetime) -> Change:
    brake = book.brake
    named = (*brake.why, *causes)
    why = named[:CAUSES_MAX]
    if len(named) > CAUSES_MAX and any(cause.user or cause.prefix for cause in why[-1:]):
        why = (*named[: CAUSES_MAX - 1], replace(named[CAUSES_MAX - 1], user="", prefix=""))
    since = brake.since if brake.has_braked else now
    is_disputed = book.pause.reason is PauseReason.DISPUTE
    return Change(
        brake=replace(brake, why=why, since=since),
        pause=None if is_disputed or brake.has_braked else Pause(PauseReason.BRAKE, now),
    )


def _seen(book: Book, habit: Habit, spent: Spent, *, now: datetime) -> tuple[Habit, list[Cause]]:
    """*habit* after *spent*, and whom the brake stops because of it."""
    terms, second = book.terms, int(spent.at.timestamp())
    place = local_hour(second // 3_600, terms.time_zone, terms.country)
    quiet, counts = is_quiet(place, habit.hours), _counts(book.brake, spent, now=now)
    users, user_causes = _with_track(book, habit, spent, (second, counts, quiet), is_user=True)
    prefixes, prefix_causes = _with_track(book, habit, spent, (second, counts, quiet), is_user=False)
    day, learns = second // DAY_SECONDS, spent.calls > 0 and not book.brake.has_braked
    hours = with_call(habit.hours, place) if learns else habit.hours
    is_new_day = day > habit.day
    known = Habit(users, prefixes, hours, habit.days + is_new_day, day if is_new_day else habit.day)
    return known, [*user_causes, *prefix_causes]


def _with_track(
    book: Book, habit: Habit, spent: Spent, seen: tuple[int, bool, bool], *, is_user: bool
) -> tuple[Mapping[str, Track], list[Cause]]:
    """The tracks of users or prefixes after *spent*, *seen* at a second, whether it counts, and whether the hour is
    quiet; and the cause if its user or prefix has left the habit.
    """
    name, tracks = (spent.user, habit.users) if is_user else (spent.prefix, habit.prefixes)
    if not name:
        return tracks, []
    second, counts, quiet = seen
    stopped = book.brake.has_braked and any(name == (each.user if is_user else each.prefix) for each in book.brake.why)
    track = tracks.get(name, _NEW)
    risk = 0
    if counts:
        rapid = is_rapid(track, hour_of(track.slots).calls + spent.calls)
        premium = spent.call_kind == PREMIUM
        factor = weight(spent.per_minute, book.terms.currency, is_premium=premium, is_quiet=quiet, is_rapid=rapid)
        risk = spent.cost * factor // THOUSAND
    track, hour = with_spent(track, spent, second, risk, is_stopped=stopped)
    changed = bounded({**tracks, name: track}, name)
    if not counts or stopped or is_surely_usual(book, hour.risk, track.day_risk):
        return changed, []
    cause = _cause(book, habit, track, hour, name, is_user=is_user)
    return changed, [cause] if cause else []


_NEW = Track()


def _counts(brake: Brake, spent: Spent, *, now: datetime) -> bool:
    """Whether *spent* can make the brake act: it is new enough, and no release has settled it."""
    is_settled = brake.released_at is not None and spent.at < brake.released_at
    return brake.settings.enabled and not is_settled and now - spent.at < COUNTS_FOR


def _cause(book: Book, habit: Habit, track: Track, hour: Hour, name: str, *, is_user: bool) -> Cause | None:
    """The cause when *track* has left the habit or crossed the administrator's limit."""
    allowed = allowance(book, habit)
    typical = allowed.typical if is_user else 0
    is_limited = is_beyond_limit(hour.cost, limit_of(book.brake.settings, is_user=is_user))
    is_hourly = is_limited or is_hour_beyond_habit(allowed, track, hour, typical)
    if not is_hourly and not is_day_beyond_habit(allowed, track, typical):
        return None
    observed, usual = (hour.cost, track.usual_hour) if is_hourly else (track.day_cost, track.usual_day)
    return Cause(observed, usual, user=name if is_user else "", prefix="" if is_user else name)


def release(book: Book, *, now: datetime) -> Change:
    """Let everybody call again, and auto-recharge charge: the trigger is evaluated in the same commit. The latest hour
    and day start again, and calls that began before count no more; NOTHING when the brake has not braked.
    """
    if not book.brake.has_braked:
        return NOTHING
    is_paused = book.pause.reason is PauseReason.BRAKE
    return Change(
        brake=replace(book.brake, why=(), since=now, released_at=now),
        habit=forgotten(book.habit),
        pause=NOT_PAUSED if is_paused else None,
    )


def with_settings(book: Book, settings: BrakeSettings, *, now: datetime) -> Change:
    """Change the settings. Switching the brake off releases it."""
    released = NOTHING if settings.enabled else release(book, now=now)
    brake = replace(released.brake or book.brake, settings=settings, version=book.brake.version + 1)
    return released.then(Change(brake=brake))
