"""A pause of auto-recharge: it is on and the balance is at the trigger, but nothing may be charged now (R3).

The package `recharge` decides whether it is paused, and until when; the book only carries the pause.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PauseReason(StrEnum):
    """Why nothing is charged, as portals see it (CONTRACT 2)."""

    LARGEST_CHARGE = "largest_charge"  # the last charge was the largest agreed one and did not close the gap
    CAP = "cap"  # one recharge amount would exceed the calendar month's cap
    BURST = "burst"  # cards were charged unusually often within an hour
    TOO_MANY_LOTS = "too_many_lots"  # the account already has as many lots as it may have
    BRAKE = "brake"  # the fraud brake has stopped somebody (R28)
    DISPUTE = "dispute"  # a payment is disputed, or the issuer of its card has warned of fraud (R6)
    NOT_ELIGIBLE = "not_eligible"  # the account may not buy credit (R15)


@dataclass(frozen=True, slots=True)
class Pause:
    """*until* is when a charge is considered again even if nothing else changes; None when that depends on another
    event. *told* (its name in rows and pages): administrators have been notified of the pause.
    *causes*: the disputes and fraud warnings that it is for.
    """

    reason: PauseReason | None
    since: datetime | None = None
    until: datetime | None = None
    told: bool = False
    causes: tuple[str, ...] = ()


NOT_PAUSED = Pause(None)
"""Auto-recharge may charge, or is off."""
