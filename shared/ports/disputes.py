"""Disputes of payments at the payment provider: chargebacks, inquiries and fraud warnings (R6)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money


class DisputeState(StrEnum):
    """The state of a dispute at the provider."""

    INQUIRY = "inquiry"  # the bank only asks: no money is withdrawn; open or closed
    OPEN = "open"  # the bank has not decided
    WON = "won"  # final: the service keeps the money
    LOST = "lost"  # final: the card holder keeps it


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as retrieved. *money* is what the card holder disputes, perhaps a part of the payment. *withdrawn* is
    what the provider holds back because of it now, in the payment's currency: zero for an inquiry, before the
    withdrawal and after a reinstatement.
    """

    id: str
    payment: PaymentId
    state: DisputeState
    money: Money
    withdrawn: Money
    created_at: datetime


class Disputes(Protocol):
    """Disputes and fraud warnings. Both methods raise `UnavailableError`."""

    def disputes_of(self, payment: PaymentId) -> AsyncIterator[Dispute]:
        """Every dispute of *payment*, oldest first. Empty when the provider does not know the payment."""
        ...

    async def has_fraud_warning(self, payment: PaymentId) -> bool:
        """Whether the card's issuer has warned that *payment* may be fraudulent (an early fraud warning)."""
        ...
