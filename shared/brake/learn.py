"""One more call in a track: the latest hour, the day, and at the end of a day what is usual (R28)."""

from collections.abc import Mapping
from dataclasses import replace

from shared.brake.spent import Spent
from shared.ledger.habit import Habit, Track

SLOT_SECONDS, SLOTS_IN_HOUR, DAY_SECONDS = 600, 6, 86_400

TRACKS_MAX = 48
"""Users, and prefixes, of which an account keeps tracks. The ones that cost least leave: theft costs much."""


def hour_of(track: Track) -> tuple[int, int, int]:
    """Cost, risk and calls of the latest hour."""
    return (
        sum(slot[1] for slot in track.slots),
        sum(slot[2] for slot in track.slots),
        sum(slot[3] for slot in track.slots),
    )


def with_spent(track: Track, spent: Spent, second: int, risk: int, *, is_stopped: bool) -> Track:
    """*track* after *spent*, which began at *second* since 1970. Of a track that is stopped nothing is learned. A call
    that is older than the track's latest hour or day does not change them.
    """
    day, number = second // DAY_SECONDS, second // SLOT_SECONDS
    if day > track.day:
        track = _new_day(track, day, is_stopped=is_stopped)
    hourly = risk * spent.hourly // spent.cost if spent.cost else 0
    slots = _with_slot(track.slots, number, spent.hourly, hourly, spent.calls)
    track = replace(track, slots=slots)
    if day < track.day:
        return track
    cost, _, calls = hour_of(track)
    return replace(
        track,
        day_cost=max(0, track.day_cost + spent.cost),
        day_risk=max(0, track.day_risk + risk),
        day_calls=max(0, track.day_calls + spent.calls),
        peak_cost=max(track.peak_cost, cost),
        peak_calls=max(track.peak_calls, calls),
    )


def _with_slot(
    slots: tuple[tuple[int, int, int, int], ...], number: int, cost: int, risk: int, calls: int
) -> tuple[tuple[int, int, int, int], ...]:
    """The slots of the latest hour after one more amount; unchanged when it is older."""
    newest = slots[-1][0] if slots else number
    if number <= newest - SLOTS_IN_HOUR:
        return slots
    oldest = max(newest, number) - SLOTS_IN_HOUR
    found = {slot[0]: slot for slot in slots if slot[0] > oldest}
    _, had_cost, had_risk, had_calls = found.get(number, (number, 0, 0, 0))
    found[number] = (number, max(0, had_cost + cost), max(0, had_risk + risk), max(0, had_calls + calls))
    return tuple(found[each] for each in sorted(found))


def _new_day(track: Track, day: int, *, is_stopped: bool) -> Track:
    """*track* at the beginning of *day*, with what it has learned from the day before."""
    if track.day and not is_stopped:
        track = replace(
            track,
            usual_day=_learned(track.usual_day, track.day_cost),
            usual_hour=_learned(track.usual_hour, track.peak_cost),
            usual_calls=_learned(track.usual_calls, track.peak_calls),
        )
    return replace(track, day=day, day_cost=0, day_risk=0, day_calls=0, peak_cost=0, peak_calls=0)


def _learned(usual: int, seen: int) -> int:
    """Half-way up to a busier day, an eighth down after a quieter one: the habit of the busier days."""
    return (usual + seen + 1) // 2 if seen > usual else usual - (usual - seen) // 8


def forgotten(habit: Habit) -> Habit:
    """*habit* without its latest hour and day: a release starts them anew, and nobody learns from theft."""
    return replace(habit, users=_anew(habit.users), prefixes=_anew(habit.prefixes))


def _anew(tracks: Mapping[str, Track]) -> dict[str, Track]:
    return {
        name: replace(track, day_cost=0, day_risk=0, day_calls=0, peak_cost=0, peak_calls=0, slots=())
        for name, track in tracks.items()
    }


def bounded(tracks: dict[str, Track], kept: str) -> dict[str, Track]:
    """At most `TRACKS_MAX` of *tracks*, *kept* among them; the others are those that cost most."""
    if len(tracks) <= TRACKS_MAX:
        return tracks
    least = min((name for name in tracks if name != kept), key=lambda name: (_worth(tracks[name]), name))
    del tracks[least]
    return tracks


def _worth(track: Track) -> int:
    return max(track.usual_day, track.day_cost, track.day_risk)
