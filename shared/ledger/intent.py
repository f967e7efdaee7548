"""An intent: a purchase by hand, from the click to its end (R1). The rules of its lifecycle are in `purchasing`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.ledger.settings import AutoRecharge, Card


class IntentState(StrEnum):
    """The state of a purchase, as portals see it (CONTRACT 2)."""

    PROCESSING = "processing"
    REQUIRES_ACTION = "requiresAction"  # the buyer must confirm with the bank
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    CANCELLED = "cancelled"


OPEN_STATES = frozenset({IntentState.PROCESSING, IntentState.REQUIRES_ACTION})


@dataclass(frozen=True, slots=True)
class Intent:
    """One purchase. *by*: the subject of the token with which it was requested. *arms*: the auto-recharge to switch on
    when the payment succeeds. *keeps*: the card to store then. The names of all fields are stored in rows and pages.
    """

    id: str
    state: IntentState
    amount: int
    card: str
    created_at: datetime
    touched_at: datetime
    payment: str = ""
    return_url: str = ""
    reason: str = ""
    lot: str = ""
    arms: AutoRecharge | None = None
    keeps: Card | None = None
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether its payment may still succeed."""
        return self.state in OPEN_STATES
