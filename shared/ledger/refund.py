"""A refund: a part of a lot on its way back to the card it came from (R6). The rules are in `refunding.py`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import LotId


class RefundState(StrEnum):
    """The state of a refund, as portals see it (CONTRACT 2)."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # refused, or sent back by the bank


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund of *amount* micro-units. *provider_id*: its id at the payment provider, empty until the provider has
    answered. *used* and *beside*: the parts that calls had consumed, and that the
    lot did not have at all; both became overdraft, and are above zero only for a refund that somebody made at the
    provider. The names of all fields are stored.
    """

    id: str
    lot: LotId
    payment: str
    amount: int
    state: RefundState
    created_at: datetime
    touched_at: datetime
    provider_id: str = ""
    reason: str = ""
    used: int = 0
    beside: int = 0

    @property
    def is_open(self) -> bool:
        """Whether its outcome is not known yet."""
        return self.state is RefundState.PENDING

    @property
    def pinned(self) -> int:
        """What it has set aside in its lot."""
        return self.amount if self.is_open else 0
