"""One more call in a track: the latest hour, the day, and at the end of a day what is usual (R28)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from shared.brake.spent import Spent
from shared.ledger.habit import Habit, Track

Slot: TypeAlias = tuple[int, int, int, int]
Slots: TypeAlias = tuple[Slot, ...]

SLOT_SECONDS, SLOTS_IN_HOUR, DAY_SECONDS = 600, 6, 86_400

TRACKS_MAX, TRACKS_KEPT = 64, 48
"""Users, and prefixes, of which an account keeps tracks at most, and how many stay when there are more: those that cost
most, because theft costs much.
"""


class Hour(NamedTuple):
    """Cost, risk and calls of an hour."""

    cost: int
    risk: int
    calls: int


def hour_of(slots: Slots) -> Hour:
    """What the latest hour has."""
    cost = risk = calls = 0
    for _, slot_cost, slot_risk, slot_calls in slots:
        cost += slot_cost
        risk += slot_risk
        calls += slot_calls
    return Hour(cost, risk, calls)


def with_spent(track: Track, spent: Spent, second: int, risk: int, *, is_stopped: bool) -> tuple[Track, Hour]:
    """*track* after *spent*, which began at *second* since 1970, and its latest hour. Of a track that is stopped
    nothing is learned. A call that is older than the track's latest hour or day does not change them.
    """
    day = second // DAY_SECONDS
    if day > track.day:
        track = _new_day(track, day, is_stopped=is_stopped)
    hourly = risk if spent.hourly == spent.cost else risk * spent.hourly // (spent.cost or 1)
    slots = _with_slot(track.slots, (second // SLOT_SECONDS, spent.hourly, hourly, spent.calls))
    hour = hour_of(slots)
    if day < track.day:
        return track._replace(slots=slots), hour
    day_cost, day_risk, day_calls = track.day_cost + spent.cost, track.day_risk + risk, track.day_calls + spent.calls
    if spent.cost < 0:
        day_cost, day_risk, day_calls = max(0, day_cost), max(0, day_risk), max(0, day_calls)
    changed = Track(
        track.day,
        day_cost,
        day_risk,
        day_calls,
        max(track.peak_cost, hour.cost),
        max(track.peak_calls, hour.calls),
        track.usual_day,
        track.usual_hour,
        track.usual_calls,
        slots,
    )
    return changed, hour


def _with_slot(slots: Slots, more: Slot) -> Slots:
    """The slots of the latest hour with one more amount; unchanged when it is older."""
    if not slots:
        return (_not_below_zero(*more),)
    last, number = slots[-1], more[0]
    if number == last[0]:
        return (*slots[:-1], _not_below_zero(number, last[1] + more[1], last[2] + more[2], last[3] + more[3]))
    if number > last[0]:
        kept = tuple(slot for slot in slots if slot[0] > number - SLOTS_IN_HOUR)
        return (*kept, _not_below_zero(*more))
    if number <= last[0] - SLOTS_IN_HOUR:
        return slots
    found = {slot[0]: slot for slot in slots}
    had = found.get(number, (number, 0, 0, 0))
    found[number] = _not_below_zero(number, had[1] + more[1], had[2] + more[2], had[3] + more[3])
    return tuple(found[each] for each in sorted(found))


def _not_below_zero(number: int, cost: int, risk: int, calls: int) -> Slot:
    if cost < 0 or risk < 0 or calls < 0:
        return (number, max(0, cost), max(0, risk), max(0, calls))
    return (number, cost, risk, calls)


def _new_day(track: Track, day: int, *, is_stopped: bool) -> Track:
    """*track* at the beginning of *day*, with what it has learned from the day before."""
    usual = track.usual_day, track.usual_hour, track.usual_calls
    if track.day and not is_stopped:
        usual = (
            _learned(track.usual_day, track.day_cost),
            _learned(track.usual_hour, track.peak_cost),
            _learned(track.usual_calls, track.peak_calls),
        )
    return Track(day, 0, 0, 0, 0, 0, *usual, track.slots)


def _learned(usual: int, seen: int) -> int:
    """Half-way up to a busier day, an eighth down after a quieter one: the habit of the busier days."""
    return (usual + seen + 1) // 2 if seen > usual else usual - (usual - seen) // 8


def forgotten(habit: Habit) -> Habit:
    """*habit* without its latest hour and day: a release starts them again, and nobody learns from theft."""
    return replace(habit, users=_anew(habit.users), prefixes=_anew(habit.prefixes))


def _anew(tracks: Mapping[str, Track]) -> dict[str, Track]:
    return {name: _new_day(track, track.day, is_stopped=True)._replace(slots=()) for name, track in tracks.items()}


def bounded(tracks: dict[str, Track], kept: str) -> dict[str, Track]:
    """*tracks*, or those that cost most when there are more than `TRACKS_MAX`; *kept* is among them."""
    if len(tracks) <= TRACKS_MAX:
        return tracks
    dearest = sorted(tracks, key=lambda name: (name != kept, -_worth(tracks[name]), name))
    return {name: tracks[name] for name in dearest[:TRACKS_KEPT]}


def _worth(track: Track) -> int:
    return max(track.usual_day, track.day_cost, track.day_risk)
