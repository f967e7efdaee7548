"""Instants are timezone-aware, in UTC, and passed as arguments; intervals are half-open."""

import re
from calendar import monthrange
from datetime import UTC, datetime, time, timedelta

_RFC_3339 = re.compile(
    r"(?P<minute>\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):[0-5]\d):(?P<second>\d\d)(?:\.\d{1,9})?"
    r"(?P<offset>[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
"""An offset has the range of a time of day: hours to 23, minutes to 59."""

LEAP_SECOND = "60"
LAST_SECOND_OF_THE_DAY = time(23, 59, 59)
"""In UTC. A leap second is inserted after it."""

NIGHTLY = time(2, 5, tzinfo=UTC)
"""When lots lapse: the time at which the nightly timer fires (CONTRACT 3)."""


def parse_instant(text: str) -> datetime:
    """Read RFC 3339 with an offset, as UTC; ValueError when the offset is missing or the date does not exist in UTC.

    A leap second is read as the first instant of the next minute. RFC 3339 allows it at 23:59:60 UTC, in any offset. It
    is accepted on every day, because leap seconds are announced only half a year ahead.
    """
    parts = _RFC_3339.fullmatch(text)
    if parts is None:
        message = "a time is RFC 3339 with an offset"
        raise ValueError(message)
    try:
        if parts["second"] == LEAP_SECOND:
            return _after_leap_second(_utc(f"{parts['minute']}:59{parts['offset']}"))
        return _utc(text)
    except OverflowError as error:
        message = "a time is between the years 1 and 9999"
        raise ValueError(message) from error


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()).astimezone(UTC)  # digits after the sixth are cut off


def _after_leap_second(before: datetime) -> datetime:
    if before.time() != LAST_SECOND_OF_THE_DAY:
        message = "a leap second is at 23:59:60 UTC"
        raise ValueError(message)
    return before + timedelta(seconds=1)


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC, with microseconds only when there are any: "2026-11-22T07:31:05Z"."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def a_year_after(instant: datetime) -> datetime:
    """The same time of day on the same date a year later; 29 February gives 28 February (R2)."""
    try:
        return instant.replace(year=instant.year + 1)
    except ValueError:
        return instant.replace(year=instant.year + 1, day=28)


def a_month_after(instant: datetime) -> datetime:
    """The same time of day on the same date a month later, or on that month's last day if it is shorter."""
    year, month = instant.year + instant.month // 12, instant.month % 12 + 1
    return instant.replace(year=year, month=month, day=min(instant.day, monthrange(year, month)[1]))


def round_up_to_second(instant: datetime) -> datetime:
    """The first whole second at or after *instant*."""
    floor = instant.replace(microsecond=0)
    return floor if floor == instant else floor + timedelta(seconds=1)


def next_month(instant: datetime) -> datetime:
    """The first instant of the calendar month after that of *instant*, in UTC."""
    first = instant.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def end_of_month(instant: datetime) -> datetime:
    """The last instant of the calendar month of *instant*, in UTC."""
    last = datetime.max.replace(tzinfo=UTC)
    if (instant.year, instant.month) == (last.year, last.month):
        return last
    return next_month(instant) - timedelta(microseconds=1)


def next_backoff(since: datetime, after: datetime, shortest: timedelta, longest: timedelta) -> datetime:
    """The first instant after *after* at which to check again for something that has been expected *since*. Each pause
    is as long as all pauses before it together, from *shortest* to *longest*: about twenty checks in a day.
    """
    elapsed, at = after - since, shortest
    while at <= elapsed and at < longest:
        at *= 2
    if at <= elapsed:
        at += ((elapsed - at) // longest + 1) * longest
    return since + at


def next_nightly(instant: datetime) -> datetime:
    """The first nightly run at or after *instant*."""
    tonight = datetime.combine(instant.astimezone(UTC).date(), NIGHTLY)
    return tonight if tonight >= instant else tonight + timedelta(days=1)
