"""The recharge slot: at most one recharge is under way for an account, and this says where it stands (R3).

The lifecycle's rules are in the room `recharge`; the book only carries the slot.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SlotState(StrEnum):
    """Where the one recharge stands."""

    IDLE = "idle"  # none is under way
    WANTED = "wanted"  # the trigger was reached; no payment is known yet
    CHARGING = "charging"  # a payment is known, and may be confirmed at any moment
    DECLINED = "declined"  # the last try failed; the same payment is tried again, or waits for a new card
    CANCELLING = "cancelling"  # no longer wanted; the payment must end before another may begin


@dataclass(frozen=True, slots=True)
class Slot:
    """One recharge: its number, its frozen amount in micro-units, its payment and the try it is at.

    *soft_declines* counts along the retry schedule (R4); *retry_at* is None when only a new card or a purchase by
    hand moves it again. *since* is when it came into a state in which the provider's word is expected.
    """

    state: SlotState
    sequence: int
    amount: int = 0
    payment: str = ""
    attempt: int = 0
    card: str = ""
    soft_declines: int = 0
    retry_at: datetime | None = None
    reason: str = ""
    since: datetime | None = None


IDLE = Slot(SlotState.IDLE, 0)
"""The slot of an account that never recharged."""
