"""Stored cards at Stripe: a customer represents an account, its payment methods are the cards."""

from typing import TYPE_CHECKING

from shared.adapters.stripe.client import StripeAccess, code_of, decline_of, names_no_card, outages, refusals
from shared.kernel.ids import AccountId, CardId
from shared.ports import NO_SUCH_METHOD, Decline, PaymentRefusedError, StoredCard

if TYPE_CHECKING:
    from stripe import PaymentMethod, StripeError


class StripeCards:
    """The port `Cards` on Stripe's customers and payment methods."""

    def __init__(self, access: StripeAccess) -> None:
        self._access = access

    async def open_customer(self, account: AccountId, key: str) -> str:
        """Create the customer. Stripe receives only the account's id."""
        with refusals(), outages():
            customer = await self._access.client.v1.customers.create_async(
                {"metadata": {"account": account}}, {"idempotency_key": key}
            )
        return customer.id

    async def store(self, customer: str, method: str, key: str) -> StoredCard | Decline:
        """Attach the payment method. A bank's refusal and an invalid payment method are both a `Decline`.

        A method that is already attached to this customer is stored: the answer to an earlier call may have been lost.
        """
        import stripe  # noqa: PLC0415 - cold start

        methods = self._access.client.v1.payment_methods
        try:
            with outages():
                stored = await methods.attach_async(method, {"customer": customer}, {"idempotency_key": key})
        except stripe.CardError as refused:
            return _decline(refused)
        except stripe.InvalidRequestError as refused:
            existing = await self._retrieve(method)
            if existing is not None and existing.customer == customer:
                return _stored(existing)
            if not names_no_card(refused):
                raise PaymentRefusedError(code_of(refused)) from refused
            return NO_SUCH_METHOD
        return _stored(stored)

    async def _retrieve(self, method: str) -> "PaymentMethod | None":
        import stripe  # noqa: PLC0415 - cold start

        try:
            with outages():
                return await self._access.client.v1.payment_methods.retrieve_async(method)
        except stripe.InvalidRequestError:
            return None


def _decline(refused: "StripeError") -> Decline:
    return decline_of(refused.error.to_dict() if refused.error else {"type": "card_error"})


def _stored(method: "PaymentMethod") -> StoredCard:
    sent = method.to_dict()
    card = sent["card"]  # KeyError for a payment method that is not a card: the service cannot charge it
    return StoredCard(
        id=CardId(sent["id"]),
        brand=card["brand"],
        last_four=card["last4"],
        expiry_year=card["exp_year"],
        expiry_month=card["exp_month"],
        fingerprint=card.get("fingerprint") or sent["id"],
    )
