"""Stored cards at Stripe: a customer stands for an account, its payment methods are the cards."""

from typing import TYPE_CHECKING

from shared.adapters.stripe_client import StripeAccess, decline_of, outages
from shared.kernel.ids import AccountId, CardId
from shared.ports import Decline, StoredCard

if TYPE_CHECKING:
    from stripe import InvalidRequestError, PaymentMethod

_NOT_A_CARD = frozenset({"resource_missing", "payment_method_unexpected_state", "payment_method_invalid_parameter"})
"""Stripe's codes for a method that a caller named and that does not exist, is used up or is another's."""


class StripeCards:
    """The port `Cards` on Stripe's customers and payment methods."""

    def __init__(self, access: StripeAccess) -> None:
        self._access = access

    async def open_customer(self, account: AccountId, key: str) -> str:
        """Create the customer; it knows the account's id and nothing else of it."""
        with outages():
            customer = await self._access.client.v1.customers.create_async(
                {"metadata": {"account": account}}, {"idempotency_key": key}
            )
        return customer.id

    async def store(self, customer: str, method: str, key: str) -> StoredCard | Decline:
        """Attach the payment method: a bank's refusal and a method that is none are both a `Decline`."""
        import stripe  # noqa: PLC0415 - cold start

        try:
            with outages():
                stored = await self._access.client.v1.payment_methods.attach_async(
                    method, {"customer": customer}, {"idempotency_key": key}
                )
        except (stripe.CardError, stripe.InvalidRequestError) as refused:
            if refused.error is None or not (isinstance(refused, stripe.CardError) or _is_no_card(refused)):
                raise
            return decline_of(refused.error.to_dict())
        return _stored(stored)


def _is_no_card(error: "InvalidRequestError") -> bool:
    """Whether the caller named no usable card; a customer that is missing is our own mistake."""
    return error.code in _NOT_A_CARD and error.param != "customer"


def _stored(method: "PaymentMethod") -> StoredCard:
    sent = method.to_dict()
    card = sent["card"]  # a payment method that is no card can not be charged here: this must be seen
    return StoredCard(
        id=CardId(sent["id"]),
        brand=card["brand"],
        last_four=card["last4"],
        expiry_year=card["exp_year"],
        expiry_month=card["exp_month"],
        fingerprint=card.get("fingerprint") or sent["id"],
    )
