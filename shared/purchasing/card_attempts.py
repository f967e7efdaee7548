"""How often an account may try cards. Card testers buy stolen numbers and use a shop to find out which of them still
work: with many tries in a row, most of them declined. Each try costs a fee, and card networks fine shops that allow it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
"""Long enough to make a list of stolen numbers useless, short enough for an administrator to wait."""

ATTEMPTS_PER_WINDOW = 60
"""An organisation buys credit a few times a month; sixty are enough for a first set-up with many mistakes."""

DECLINES_PER_WINDOW = 10
"""As many as cards may be stored (`CARDS_MAX`). More declines in an hour are not of the account's own cards."""

LIMIT_MAX = 1_000
"""The most that either limit may be set to: all attempts of a window are stored in one property of one row."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many attempts an account has in a window, and how many of them may be declined."""

    attempts: int
    declines: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a card: by a purchase, or by storing it. *name* is the same when the request is repeated."""

    name: str
    at: datetime
    declined: bool


def counted(known: Sequence[Attempt], now: datetime) -> tuple[Attempt, ...]:
    """Those of *known* that still count, oldest first. No attempt counts for longer because a clock was set back."""
    not_later = (replace(attempt, at=min(attempt.at, now)) for attempt in known)
    return tuple(sorted((each for each in not_later if now - each.at < WINDOW), key=lambda each: each.at))


def wait_before(counting: Sequence[Attempt], limits: Limits, now: datetime) -> timedelta | None:
    """How long a further attempt must wait until both limits allow it; None when they allow it now."""
    declines = [attempt for attempt in counting if attempt.declined]
    waits = [
        full[len(full) - limit].at + WINDOW - now
        for full, limit in ((counting, limits.attempts), (declines, limits.declines))
        if len(full) >= limit
    ]
    return max(waits, default=None)
