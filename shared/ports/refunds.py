"""Refunds at the payment provider (R6)."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money


class RefundState(StrEnum):
    """The state of a refund at the provider. A succeeded refund may still fail later: its bank sends it back."""

    PENDING = "pending"  # accepted, not yet sent to the bank; also one that needs an action of the card holder
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # the money is back with the service; a cancelled refund, too


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """A refund of *money*, all of a payment or a part of it, to the card that was charged."""

    payment: PaymentId
    money: Money
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """A refund as retrieved. *reason*: the provider's code for a failure, else "". Its *metadata* are empty when
    somebody made the refund with the provider's own tools.
    """

    id: str
    payment: PaymentId
    state: RefundState
    money: Money
    metadata: Mapping[str, str]
    created_at: datetime
    reason: str = ""


class Refunds(Protocol):
    """Refunds. Both methods raise `UnavailableError` when the outcome is unknown."""

    async def refund(self, order: RefundOrder, key: str) -> ProviderRefund:
        """Refund a part of a payment. *key* makes the call idempotent, for as long as the provider keeps keys (a day).
        Raises `PaymentRefusedError` when this refund can never be made: more than was paid, or a disputed payment.
        """
        ...

    def refunds_of(self, payment: PaymentId) -> AsyncIterator[ProviderRefund]:
        """Every refund of *payment*, whoever made it, oldest first. Empty when the provider does not know it."""
        ...
