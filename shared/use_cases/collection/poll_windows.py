"""Which part of a call log is read in a run: pure arithmetic on instants, half-open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

SLICE = timedelta(days=1)
"""A run stores its progress after each slice, so that a long way is made in steps."""

LOOK_BACK_MAX = timedelta(days=90)
"""Microsoft documents no longer range for a request (callRecord: getPstnCalls), and promises no older rows."""


@dataclass(frozen=True, slots=True)
class Window:
    """From *start* to *end*."""

    start: datetime
    end: datetime


def windows(reached: datetime | None, since: datetime, now: datetime, overlap: timedelta) -> Iterator[Window]:
    """The slices that a run at *now* reads, in order.

    They begin *overlap* before the watermark *reached*, so that every row is found that appears within *overlap* of its
    call's beginning, however long ago the last run was. A log that was never read is read from *since* on, when the
    account's usage begins. Nothing is read that is older than `LOOK_BACK_MAX`.
    """
    start = max(since, now - LOOK_BACK_MAX, *([reached - overlap] if reached else []))
    while start < now:
        end = min(start + SLICE, now)
        yield Window(start, end)
        start = end


def is_beyond_reach(reached: datetime | None, now: datetime) -> bool:
    """Whether calls began after the watermark *reached* that no request can read any more."""
    return reached is not None and reached < now - LOOK_BACK_MAX
