"""Stored cards at Stripe: a customer stands for an account, its payment methods are the cards."""

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
        """Create the customer; it knows the account's id and nothing else of it."""
        with refusals(), outages():
            customer = await self._access.client.v1.customers.create_async(
                {"metadata": {"account": account}}, {"idempotency_key": key}
            )
        return customer.id

    async def store(self, customer: str, method: str, key: str) -> StoredCard | Decline:
        """Attach the payment method: a bank's refusal and a method that is none are both a `Decline`.

        What hangs on this customer already is stored already: the answer to an earlier call may have been lost.
        """
        import stripe  # noqa: PLC0415 - cold start

        methods = self._access.client.v1.payment_methods
        try:
            with outages():
                stored = await methods.attach_async(method, {"customer": customer}, {"idempotency_key": key})
        except stripe.CardError as refused:
            return _decline(refused)
        except stripe.InvalidRequestError as refused:
            known = await self._known(method)
            if known is not None and known.customer == customer:
                return _stored(known)
            if not names_no_card(refused):
                raise PaymentRefusedError(code_of(refused)) from refused
            return NO_SUCH_METHOD
        return _stored(stored)

    async def _known(self, method: str) -> "PaymentMethod | None":
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
    card = sent["card"]  # a payment method that is no card cannot be charged here: this must be seen
    return StoredCard(
        id=CardId(sent["id"]),
        brand=card["brand"],
        last_four=card["last4"],
        expiry_year=card["exp_year"],
        expiry_month=card["exp_month"],
        fingerprint=card.get("fingerprint") or sent["id"],
    )
