"""The recharge slot: the state of the one recharge that may be under way for an account (R3).

The rules of its lifecycle are in the package `recharge`; the book only carries the slot.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SlotState(StrEnum):
    """The state of the one recharge."""

    IDLE = "idle"  # none is under way
    WANTED = "wanted"  # the trigger was reached; no payment has been created yet
    CHARGING = "charging"  # a payment has been created and may be confirmed at any moment
    DECLINED = "declined"  # the last try failed; the same payment is tried again, or waits for a new card
    CANCELLING = "cancelling"  # no longer wanted; the payment must be cancelled before another may begin


@dataclass(frozen=True, slots=True)
class Slot:
    """One recharge: its number, its fixed amount in micro-units, its payment and the number of its latest try.

    *soft_declines* is the position in the retry schedule (R4). *retry_at* is None when only a new card or a purchase by
    hand can start another try. *since* is when the slot entered a state that waits for the payment provider.
    *answered* names the last decline at the provider that is booked; another one is that of a later try. *card_name* is
    the name of the card of the latest try, which may be removed, and stored again, while it is charged.
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
    answered: str = ""
    card_name: str = ""


IDLE = Slot(SlotState.IDLE, 0)
"""The slot of an account that never recharged."""
