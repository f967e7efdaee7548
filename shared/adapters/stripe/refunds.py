"""Refunds at Stripe: parts of a payment that go back to the card that was charged."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.adapters.stripe.client import StripeAccess, oldest_first, outages, refusals
from shared.adapters.stripe.payments import amount_of, money_of
from shared.kernel.ids import PaymentId
from shared.ports import ProviderRefund, RefundOrder, RefundState

if TYPE_CHECKING:
    from stripe import RefundService

_STATES = {
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
"""Source: docs.stripe.com/api/refunds/object, `status`."""


class StripeRefunds:
    """The port `Refunds` on Stripe's refunds of a PaymentIntent."""

    def __init__(self, access: StripeAccess) -> None:
        self._access = access

    @property
    def _refunds(self) -> "RefundService":
        return self._access.client.v1.refunds

    async def refund(self, order: RefundOrder, key: str) -> ProviderRefund:
        """Create the refund. Its answer is the state at first: a succeeded refund may still fail days later."""
        with refusals(), outages():
            made = await self._refunds.create_async(
                {
                    "payment_intent": order.payment,
                    "amount": amount_of(order.money),
                    "metadata": dict(order.metadata),
                },
                {"idempotency_key": key},
            )
        return _refund(made.to_dict(), order.payment)

    async def refunds_of(self, payment: PaymentId) -> AsyncIterator[ProviderRefund]:
        """See `Refunds.refunds_of`. The list is read after write; Stripe's search is not."""
        for refund in await oldest_first(self._refunds.list_async, {"payment_intent": payment}):
            yield _refund(refund, payment)


def _refund(sent: dict[str, Any], payment: PaymentId) -> ProviderRefund:
    """The refund in the mapping that Stripe sent; its metadata may be null."""
    return ProviderRefund(
        id=sent["id"],
        payment=payment,
        state=_STATES[sent["status"]],
        money=money_of(sent["amount"], sent["currency"]),
        metadata=sent.get("metadata") or {},
        created_at=datetime.fromtimestamp(sent["created"], UTC),
        reason=sent.get("failure_reason") or "",
    )
