"""Stored cards at Stripe: a customer represents an account, its payment methods are the cards."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.adapters.stripe.client import StripeAccess, code_of, decline_of, names_no_card, outages, refusals
from shared.kernel.ids import AccountId, CardId
from shared.ports import (
    NO_SUCH_METHOD,
    UNSENDABLE,
    CardSetup,
    Decline,
    PaymentRefusedError,
    SetupOrder,
    SetupState,
    StoredCard,
)

if TYPE_CHECKING:
    from stripe import PaymentMethod, SetupIntent, StripeError
    from stripe.params import SetupIntentCreateParams


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

    async def set_up(self, order: SetupOrder, key: str) -> CardSetup | Decline:
        """Create a SetupIntent for use without the holder, and confirm it if there is a method. A success attaches the
        method to the customer. Source: docs.stripe.com/payments/save-and-reuse.
        """
        import stripe  # noqa: PLC0415 - cold start

        params: SetupIntentCreateParams = {
            "customer": order.customer,
            "usage": "off_session",
            "allowed_payment_method_types": ["card"],
            "metadata": dict(order.metadata),
            "expand": ["payment_method"],
        }
        if order.method is not None:
            params |= {"payment_method": order.method, "confirm": True}
            if order.return_url is not None:
                params["return_url"] = order.return_url
        try:
            with outages():
                made = await self._access.client.v1.setup_intents.create_async(params, {"idempotency_key": key})
        except stripe.CardError as refused:
            return _decline(refused)
        except stripe.InvalidRequestError as refused:
            if order.method is not None and names_no_card(refused):
                return NO_SUCH_METHOD
            raise PaymentRefusedError(code_of(refused)) from refused
        except UnicodeEncodeError as error:
            raise PaymentRefusedError(UNSENDABLE) from error
        return _setup(made)

    async def setup(self, setup: str) -> CardSetup | None:
        """Read the SetupIntent with its payment method."""
        import stripe  # noqa: PLC0415 - cold start

        intents = self._access.client.v1.setup_intents
        try:
            with outages():
                return _setup(await intents.retrieve_async(setup, {"expand": ["payment_method"]}))
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                return None
            raise PaymentRefusedError(code_of(error)) from error

    async def remove(self, card: CardId) -> None:
        """Detach the payment method, without an idempotency key: see `StripePayments.cancel`."""
        import stripe  # noqa: PLC0415 - cold start

        try:
            with outages():
                await self._access.client.v1.payment_methods.detach_async(card)
        except stripe.InvalidRequestError as error:
            if error.code not in {"resource_missing", "payment_method_unexpected_state"}:
                raise PaymentRefusedError(code_of(error)) from error

    async def _retrieve(self, method: str) -> "PaymentMethod | None":
        import stripe  # noqa: PLC0415 - cold start

        try:
            with outages():
                return await self._access.client.v1.payment_methods.retrieve_async(method)
        except stripe.InvalidRequestError:
            return None


def _decline(refused: "StripeError") -> Decline:
    return decline_of(refused.error.to_dict() if refused.error else {"type": "card_error"})


_STATES = {
    "requires_payment_method": SetupState.OPEN,
    "requires_confirmation": SetupState.OPEN,
    "processing": SetupState.OPEN,
    "requires_action": SetupState.REQUIRES_ACTION,
    "succeeded": SetupState.SUCCEEDED,
    "canceled": SetupState.CANCELLED,
}
"""Source: docs.stripe.com/payments/paymentintents/lifecycle (SetupIntents)."""


def _setup(intent: "SetupIntent") -> CardSetup:
    sent = intent.to_dict()
    state = _STATES[sent["status"]]
    redirect = (sent.get("next_action") or {}).get("redirect_to_url") or {}
    return CardSetup(
        id=sent["id"],
        state=state,
        client_secret=sent["client_secret"],
        metadata=sent.get("metadata") or {},
        card=_card(sent["payment_method"]) if state is SetupState.SUCCEEDED else None,
        redirect=redirect.get("url"),
    )


def _stored(method: "PaymentMethod") -> StoredCard:
    return _card(method.to_dict())


def _card(sent: Mapping[str, Any]) -> StoredCard:
    card = sent["card"]  # KeyError for a payment method that is not a card: the service cannot charge it
    return StoredCard(
        id=CardId(sent["id"]),
        brand=card["brand"],
        last_four=card["last4"],
        expiry_year=card["exp_year"],
        expiry_month=card["exp_month"],
        fingerprint=card.get("fingerprint") or sent["id"],
    )
