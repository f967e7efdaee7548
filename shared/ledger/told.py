"""What administrators were told, so that no notice is sent twice (R19). The package `notices` decides it."""

from dataclasses import dataclass
from datetime import datetime

from shared.ledger.entitlements import BillingState


@dataclass(frozen=True, slots=True)
class Told:
    """*low*: the lowest level of the balance that was told and has not been left clearly since; levels above it count
    as told too. *recent*: when low levels were told within a day: (level, when). *expiry*: of lots of which a coming
    expiry was looked at, how many days before: (lot, days). *billing*: the billing state that was told last. *reviews*:
    how many reminders to look at the settings were due; *review_at*: when the next one is. *statement_at*: when the
    statement of the last month in which something was booked is told, early in the month after it; None when none is
    to be told.
    """

    low: int | None = None
    recent: tuple[tuple[int, datetime], ...] = ()
    expiry: tuple[tuple[str, int], ...] = ()
    billing: BillingState = BillingState.PREPAID
    reviews: int = 0
    review_at: datetime | None = None
    statement_at: datetime | None = None


NOT_TOLD = Told()
"""That of a new account."""
