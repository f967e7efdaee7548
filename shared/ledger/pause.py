"""A pause of auto-recharge: it is on, the balance is at the trigger, and yet nothing may be charged now (R3).

Whether it is paused, and until when, is decided in the room `recharge`; the book only carries the pause.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PauseReason(StrEnum):
    """Why nothing is charged, as portals see it (CONTRACT 2)."""

    LARGEST_CHARGE = "largest_charge"  # the last charge was as large as is agreed, and did not close the gap
    CAP = "cap"  # the calendar month's cap leaves no room for one recharge amount
    TOO_MANY_LOTS = "too_many_lots"  # one more lot would be more than an account may have


@dataclass(frozen=True, slots=True)
class Pause:
    """*until* is when a charge is considered again though nothing else changes; None when that waits for something
    else. *told*: administrators have been notified of it.
    """

    reason: PauseReason | None
    since: datetime | None = None
    until: datetime | None = None
    told: bool = False


NOT_PAUSED = Pause(None)
"""Auto-recharge may charge, or is off."""
