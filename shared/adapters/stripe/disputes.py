"""Disputes at Stripe: chargebacks, inquiries and early fraud warnings of a payment."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

from shared.adapters.stripe.client import StripeAccess, oldest_first
from shared.adapters.stripe.payments import money_of
from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import Dispute, DisputeState

_STATES = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.INQUIRY,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
"""Source: docs.stripe.com/api/disputes/object, `status`. `prevented` is missing: see `_state`."""


class StripeDisputes:
    """The port `Disputes` on Stripe's disputes and Radar's early fraud warnings."""

    def __init__(self, access: StripeAccess) -> None:
        self._access = access

    async def disputes_of(self, payment: PaymentId) -> AsyncIterator[Dispute]:
        """See `Disputes.disputes_of`."""
        disputes = self._access.client.v1.disputes
        for dispute in await oldest_first(disputes.list_async, {"payment_intent": payment}):
            yield _dispute(dispute, payment)

    async def has_fraud_warning(self, payment: PaymentId) -> bool:
        """Whether Radar has an early fraud warning of the payment; also one on which nobody can act any longer."""
        warnings = self._access.client.v1.radar.early_fraud_warnings
        return bool(await oldest_first(warnings.list_async, {"payment_intent": payment}))


def _dispute(sent: Mapping[str, Any], payment: PaymentId) -> Dispute:
    withdrawn = _withdrawn(sent)
    return Dispute(
        id=sent["id"],
        payment=payment,
        state=_state(sent["status"], withdrawn),
        money=money_of(sent["amount"], sent["currency"]),
        withdrawn=withdrawn,
        created_at=datetime.fromtimestamp(sent["created"], UTC),
    )


def _state(status: str, withdrawn: Money) -> DisputeState:
    """The state. A dispute that was settled with the card's network before it began (`prevented`) is lost if it took
    the money, and else changes nothing: its money went back as a refund.
    """
    if status == "prevented":
        return DisputeState.LOST if withdrawn.micros else DisputeState.INQUIRY
    return _STATES[status]


def _withdrawn(sent: Mapping[str, Any]) -> Money:
    """What is withdrawn now: the sum of the dispute's balance transactions, negative ones withdrawn, positive ones
    reinstated. The provider's fee is a property of its own and does not count.

    Balance transactions are in the currency in which Stripe pays out. If that is not the payment's, exchange rates
    differ between withdrawal and reinstatement, and sums mean nothing: the disputed amount is withdrawn as long as
    there are more withdrawals than reinstatements.
    """
    amounts = [(each["amount"], each["currency"]) for each in sent["balance_transactions"]]
    if all(currency == sent["currency"] for _, currency in amounts):
        return money_of(max(0, -sum(amount for amount, _ in amounts)), sent["currency"])
    is_withdrawn = sum(1 if amount < 0 else -1 for amount, _ in amounts) > 0
    return money_of(sent["amount"] if is_withdrawn else 0, sent["currency"])
