"""Instants are aware, in UTC, and passed in; intervals are half-open."""

import re
from datetime import UTC, datetime, time, timedelta

_RFC_3339 = re.compile(
    r"(?P<minute>\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):[0-5]\d):(?P<second>\d\d)(?:\.\d{1,9})?"
    r"(?P<offset>[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
"""An offset is a time of day: hours to 23, minutes to 59."""

LEAP_SECOND = "60"
LAST_SECOND_OF_THE_DAY = time(23, 59, 59)
"""In UTC, where leap seconds are inserted behind it."""

NIGHTLY = time(2, 5, tzinfo=UTC)
"""When lots lapse: the hour at which the nightly timer fires (CONTRACT 3)."""


def parse_instant(text: str) -> datetime:
    """Read RFC 3339 with an offset, as UTC; ValueError when the offset is missing or the date does not exist in UTC.

    A leap second is read as the first instant of the next minute. RFC 3339 permits it at 23:59:60 UTC, whatever the
    offset; no calendar of them is kept, because the next one is announced only half a year ahead.
    """
    parts = _RFC_3339.fullmatch(text)
    if parts is None:
        message = "a time is RFC 3339 with an offset"
        raise ValueError(message)
    try:
        if parts["second"] == LEAP_SECOND:
            return _behind_the_leap_second(_utc(f"{parts['minute']}:59{parts['offset']}"))
        return _utc(text)
    except OverflowError as beyond:
        message = "a time lies between the years 1 and 9999"
        raise ValueError(message) from beyond


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()).astimezone(UTC)  # digits behind the sixth are cut off


def _behind_the_leap_second(before: datetime) -> datetime:
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


def whole_second_up(instant: datetime) -> datetime:
    """The first whole second at or after *instant*."""
    floor = instant.replace(microsecond=0)
    return floor if floor == instant else floor + timedelta(seconds=1)


def next_month(instant: datetime) -> datetime:
    """The first instant of the calendar month behind that of *instant*, in UTC."""
    first = instant.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def next_growing(since: datetime, after: datetime, shortest: timedelta, longest: timedelta) -> datetime:
    """The first instant behind *after* at which to ask again for something that has been expected *since*: each pause
    is as long as everything before it, from *shortest* to *longest*. A day is asked about some twenty times.
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
