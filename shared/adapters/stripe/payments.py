"""Payments at Stripe: one PaymentIntent each, created unconfirmed, and confirmed until it succeeds or is cancelled."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.adapters.stripe.client import (
    StripeAccess,
    code_of,
    decline_of,
    is_other_mode,
    names_no_card,
    outages,
    refusals,
)
from shared.kernel.card_money import from_card_units, to_card_units
from shared.kernel.ids import CardId, PaymentId
from shared.kernel.money import Money
from shared.ports import (
    NO_SUCH_METHOD,
    NOT_CHARGEABLE,
    UNSENDABLE,
    Confirmation,
    Decline,
    Payment,
    PaymentOrder,
    PaymentRefusedError,
    PaymentState,
    Presence,
)

if TYPE_CHECKING:
    from stripe import PaymentIntent, PaymentIntentService
    from stripe.params import PaymentIntentConfirmParams, PaymentIntentListParams

_STATES = {
    "requires_confirmation": PaymentState.UNCONFIRMED,
    "requires_action": PaymentState.REQUIRES_ACTION,
    "processing": PaymentState.PROCESSING,
    "succeeded": PaymentState.SUCCEEDED,
    "canceled": PaymentState.CANCELLED,
}
"""`requires_capture` is missing because every payment here is captured at once."""

_NO_LONGER_OPEN = "payment_intent_unexpected_state"
"""Stripe's code when a payment has already succeeded, is processing or was cancelled."""

NOT_FOUND = 404


class StripePayments:
    """The port `Payments` on Stripe's PaymentIntents."""

    def __init__(self, access: StripeAccess) -> None:
        self._access = access

    @property
    def _intents(self) -> "PaymentIntentService":
        return self._access.client.v1.payment_intents

    async def create(self, order: PaymentOrder, key: str) -> Payment:
        """Create an unconfirmed PaymentIntent.

        Only cards are allowed, and that is set here, not in the dashboard (`automatic_payment_methods`): a method that
        redirects the buyer requires a return address, and in a recharge there is no buyer to redirect.
        """
        with refusals(), outages():
            intent = await self._intents.create_async(
                {
                    "amount": amount_of(order.money),
                    "currency": order.money.currency.lower(),
                    "customer": order.customer,
                    "metadata": dict(order.metadata),
                    "allowed_payment_method_types": ["card"],
                },
                {"idempotency_key": key},
            )
        return _payment(intent, self._access.mode)

    async def confirm(self, confirmation: Confirmation, key: str) -> Decline | None:
        """Charge the card. A bank's decline, or a payment that is no longer open, is not raised: `retrieve` shows it.

        A refused request, such as one with a return address that Stripe does not accept, is a decline: as an error it
        would be tried for ever, and the purchase would stay under way.
        """
        import stripe  # noqa: PLC0415 - cold start

        params: PaymentIntentConfirmParams = {"payment_method": confirmation.card}
        if confirmation.presence is Presence.BUYER_ABSENT:
            params["off_session"] = True
        elif confirmation.return_url is not None:
            params["return_url"] = confirmation.return_url
        if confirmation.is_for_later:
            params["setup_future_usage"] = "off_session"
        try:
            with outages(), _outcome_left_to_retrieve():
                await self._intents.confirm_async(confirmation.payment, params, {"idempotency_key": key})
        except stripe.InvalidRequestError as error:
            return NO_SUCH_METHOD if names_no_card(error) else Decline(code_of(error))
        except UnicodeEncodeError:
            return Decline(UNSENDABLE)
        return None

    async def retrieve(self, payment: PaymentId) -> Payment | None:
        """Read the PaymentIntent and its latest charge. The state of a payment is always taken from here."""
        import stripe  # noqa: PLC0415 - cold start

        try:
            with outages():
                intent = await self._intents.retrieve_async(payment, {"expand": ["latest_charge"]})
        except stripe.InvalidRequestError as error:
            if error.http_status == NOT_FOUND:
                return None
            raise PaymentRefusedError(code_of(error)) from error
        return _payment(intent, self._access.mode)

    async def cancel(self, payment: PaymentId) -> None:
        """Cancel, without an idempotency key: with one, Stripe would answer a later try with the stored refusal of an
        earlier one.
        """
        import stripe  # noqa: PLC0415 - cold start

        try:
            with outages(), _outcome_left_to_retrieve():
                await self._intents.cancel_async(payment)
        except stripe.InvalidRequestError as error:
            if error.http_status != NOT_FOUND:
                raise PaymentRefusedError(code_of(error)) from error

    async def since(self, at: datetime) -> AsyncIterator[Payment]:
        """See `PaymentList.since`. The list is read after write; Stripe's search is not."""
        query: PaymentIntentListParams = {"created": {"gte": int(at.timestamp())}, "limit": 100}
        while True:
            with refusals(), outages():
                found = await self._intents.list_async(query)
            for intent in found.data:
                yield _payment(intent, self._access.mode)
            if not found.has_more:
                return
            query["starting_after"] = found.data[-1].id


@contextmanager
def _outcome_left_to_retrieve() -> Iterator[None]:
    """Suppress the errors after which the payment's state must be read anyway: it shows the outcome."""
    import stripe  # noqa: PLC0415 - cold start

    try:
        yield
    except stripe.CardError:
        return
    except stripe.InvalidRequestError as error:
        if error.code != _NO_LONGER_OPEN:
            raise


def amount_of(money: Money) -> int:
    """Stripe's whole number for *money*. Raises `PaymentRefusedError` when there is none: nothing is rounded."""
    try:
        return to_card_units(money)
    except ValueError as error:
        raise PaymentRefusedError(NOT_CHARGEABLE) from error


def money_of(amount: int, currency: str) -> Money:
    """The money of Stripe's whole number and lower-case currency."""
    return from_card_units(amount, currency.upper())


def _payment(intent: "PaymentIntent", mode: bool | None) -> Payment:  # noqa: FBT001 - Stripe's own flag
    """The payment in the mapping that Stripe sent. The SDK's attributes are not used: they raise for missing keys."""
    sent = intent.to_dict()
    error = sent.get("last_payment_error") or {}
    state = _state(sent["status"], error)
    charge = sent.get("latest_charge") if state is PaymentState.SUCCEEDED else None
    return Payment(
        id=PaymentId(sent["id"]),
        state=state,
        money=money_of(sent["amount"], sent["currency"]),
        metadata=sent["metadata"],
        customer=_customer(sent.get("customer")),
        card=_card(sent.get("payment_method") or error.get("payment_method")),
        decline=decline_of(error) if state is PaymentState.DECLINED else None,
        charged_at=_charged_at(charge),
        client_secret=sent["client_secret"] if state is PaymentState.REQUIRES_ACTION else None,
        tried=_try_of(error) if state is PaymentState.DECLINED else "",
        receipt_url=charge.get("receipt_url") if isinstance(charge, Mapping) else None,
        is_of_other_mode=is_other_mode(mode, sent),
    )


def _state(status: str, error: Mapping[str, Any]) -> PaymentState:
    if status == "requires_payment_method":
        return PaymentState.DECLINED if error else PaymentState.UNCONFIRMED
    return _STATES[status]


def _customer(customer: str | Mapping[str, Any] | None) -> str:
    """The customer's id; a payment made by others may have none."""
    return customer["id"] if isinstance(customer, Mapping) else customer or ""


def _card(method: str | Mapping[str, Any] | None) -> CardId | None:
    """The last card tried. After a decline only the error has it, as an object."""
    if method is None:
        return None
    return CardId(method if isinstance(method, str) else method["id"])


def _try_of(error: Mapping[str, Any]) -> str:
    """The failed charge names the try. A decline without one, because no bank was asked, is named by card and code."""
    named = (_card(error.get("payment_method")), error.get("code"), error.get("decline_code"))
    return error.get("charge") or "|".join(str(part) for part in named)


def _charged_at(charge: str | Mapping[str, Any] | None) -> datetime | None:
    """When the money was taken; None if the answer does not include the expanded charge."""
    return datetime.fromtimestamp(charge["created"], UTC) if isinstance(charge, Mapping) else None
