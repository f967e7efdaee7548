"""How often an account may try cards. Card testers buy stolen numbers and find out in a shop which of them still work:
many tries in a row, most of them declined. Each costs a fee, and the card networks fine whoever lets it happen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
"""Long enough to make a list of stolen numbers useless, short enough for an administrator to wait."""

ATTEMPTS_PER_WINDOW = 60
"""An organisation buys credit a few times a month; sixty leave room for a first set-up with every mistake in it."""

DECLINES_PER_WINDOW = 10
"""Ten cards may be stored (`CARDS_MAX`); whoever meets more refusals in an hour is not trying a card of their own.
"""

LIMIT_MAX = 1_000
"""What either number may be set to: all attempts of a window stand in one property of one row."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many attempts an account has in a window, and how many of them may be declined."""

    attempts: int
    declines: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One card that was tried: by a purchase, or in order to be stored. *name* is the same when it is asked again."""

    name: str
    at: datetime
    declined: bool


def counted(known: Sequence[Attempt], now: datetime) -> tuple[Attempt, ...]:
    """Those of *known* that still count, oldest first. A clock that was set back makes none count for longer."""
    settled = (replace(attempt, at=min(attempt.at, now)) for attempt in known)
    return tuple(sorted((each for each in settled if now - each.at < WINDOW), key=lambda each: each.at))


def wait_before(counting: Sequence[Attempt], limits: Limits, now: datetime) -> timedelta | None:
    """How long a further attempt must wait until both limits leave room for it; None when it may be made now."""
    declines = [attempt for attempt in counting if attempt.declined]
    waits = [
        full[len(full) - limit].at + WINDOW - now
        for full, limit in ((counting, limits.attempts), (declines, limits.declines))
        if len(full) >= limit
    ]
    return max(waits, default=None)
