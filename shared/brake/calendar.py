"""Local hours, and which of them are quiet: at first by the country's working week, later by the account's calls."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.ledger.habit import HOURS

DAY_HOURS = HOURS // 2
WORK_BEGINS, WORK_ENDS = 7, 20
"""Local hours in which calls are usual before the account's own habit is known, half-open."""

CALLS_KNOWN = 200
"""Charged calls after which the account's own hours are known."""

QUIET_PART = 8
"""An hour is quiet if it has less than this part of the calls of an average hour."""

_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_DAYS_OFF: dict[str, frozenset[int]] = {
    **dict.fromkeys(
        ("BD", "BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE"),
        frozenset({_FRIDAY, _SATURDAY}),
    ),
    **dict.fromkeys(("AF", "IR"), frozenset({_FRIDAY})),
    "BN": frozenset({_FRIDAY, _SUNDAY}),
    "NP": frozenset({_SATURDAY}),
}
"""Days off by country where they are not Saturday and Sunday. Source: Unicode CLDR, weekData."""

_WEEKEND = frozenset({_SATURDAY, _SUNDAY})


@lru_cache(maxsize=8_192)
def local_hour(hours: int, time_zone: str, country: str) -> int:
    """The place in `Habit.hours` of an hour given in *hours* since 1970."""
    local = datetime.fromtimestamp(hours * 3_600, UTC).astimezone(ZoneInfo(time_zone))
    is_off = local.weekday() in _DAYS_OFF.get(country, _WEEKEND)
    return local.hour + DAY_HOURS * is_off


def is_quiet(place: int, hours: tuple[int, ...]) -> bool:
    """Whether the account rarely calls in the hour at *place*; *hours* are its calls by hour."""
    known = sum(hours)
    if known < CALLS_KNOWN:
        return place >= DAY_HOURS or not WORK_BEGINS <= place < WORK_ENDS
    return hours[place] * HOURS * QUIET_PART < known


def with_call(hours: tuple[int, ...], place: int) -> tuple[int, ...]:
    """*hours* with one more call. All are halved from time to time, so that a new habit replaces an old one."""
    more = (*hours[:place], hours[place] + 1, *hours[place + 1 :])
    return more if more[place] < CALLS_KNOWN * 2 else tuple(calls // 2 for calls in more)
