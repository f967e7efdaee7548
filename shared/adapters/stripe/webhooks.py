"""Stripe's webhooks: verification of the signature, and what an event says of a payment."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from shared.adapters.stripe.client import is_other_mode
from shared.adapters.stripe.payments import money_of
from shared.kernel.ids import PaymentId
from shared.ports import BadSignatureError, NewsKind, OtherModeError, PaymentNews, SetupNews, UnreadableNewsError

TOLERANCE_SECONDS = 300
"""How old a signature may be: Stripe's own default. Stripe signs each re-send again, so an old one is a replay."""

CREATED = "payment_intent.created"
"""The event of a payment that the service has just created itself, and that has not been charged: it brings nothing."""


EVENTS = ("payment_intent.*", "charge.*", "refund.*", "radar.early_fraud_warning.*", "setup_intent.*")
"""The events that the endpoint in Stripe's dashboard must send (docs/deploy.md)."""

_MONEY_BACK = ("refund.", "charge.refund", "charge.dispute.", "radar.early_fraud_warning.")
"""The beginnings of the events of refunds, disputes and fraud warnings. The metadata of these objects are their own,
and not those of the payment. `charge.refund` stands for `charge.refunded` and `charge.refund.updated`."""


T = TypeVar("T")


class StripeWebhooks:
    """The port `Webhooks`. Several *secrets* are valid at once while one is being replaced. *mode* is that of the
    service's key (`mode_of`).
    """

    def __init__(self, secrets: Sequence[str], mode: bool | None = None) -> None:  # noqa: FBT001 - Stripe's own flag
        self._secrets, self._mode = tuple(secrets), mode

    def news_of(self, body: bytes, signature: str) -> PaymentNews | SetupNews | None:
        """The news of an event in `EVENTS`. The signature is verified before the body is read. Raises
        BadSignatureError, UnreadableNewsError, OtherModeError.
        """
        if not any(_signed(body, signature, secret) for secret in self._secrets):
            raise BadSignatureError("not signed by Stripe within the last five minutes")
        event = _event(body)
        if is_other_mode(self._mode, event):
            raise OtherModeError(f"an event of type {event.get('type')}")
        if event.get("object") != "event":
            return None
        kind, about = _typed(event.get("type"), str), _typed(_typed(event.get("data"), dict).get("object"), dict)
        if kind.startswith("setup_intent."):
            return SetupNews(_typed(about.get("id"), str), about.get("metadata") or {})
        payment = _payment(kind, about)
        if payment is None:
            return None
        if kind.startswith(_MONEY_BACK):
            return PaymentNews(payment, kind=NewsKind.MONEY_BACK)
        return _news(payment, about)


def _event(body: bytes) -> dict[str, Any]:
    try:
        return _typed(json.loads(body), dict)
    except (ValueError, RecursionError) as error:
        raise UnreadableNewsError("the body is not valid JSON") from error


def _typed(value: object, wanted: type[T]) -> T:
    """*value*, if it is of the type that events have there."""
    if not isinstance(value, wanted):
        raise UnreadableNewsError("the event lacks what its type requires")
    return value


def _signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether Stripe signed *body*. The SDK raises other errors for a signature with non-ASCII characters and a body
    that is not UTF-8; neither was signed by Stripe.
    """
    import stripe  # noqa: PLC0415 - cold start

    if not signature.isascii():
        return False
    try:
        return bool(stripe.WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _news(payment: PaymentId, about: Mapping[str, Any]) -> PaymentNews:
    """A payment and a charge have metadata and money. Stripe copies the payment's metadata to its charges."""
    metadata, amount, currency = about.get("metadata"), about.get("amount"), about.get("currency")
    if not isinstance(metadata, Mapping) or not isinstance(amount, int) or not isinstance(currency, str):
        return PaymentNews(payment)
    return PaymentNews(payment, metadata, money_of(amount, currency))


def _payment(kind: str, about: Mapping[str, Any]) -> PaymentId | None:
    """The payment that the event's object names. Charges name it, and so do refunds, disputes and fraud warnings."""
    if kind == CREATED:
        return None
    if kind.startswith("payment_intent."):
        return PaymentId(_typed(about.get("id"), str))
    payment = about.get("payment_intent") if kind.startswith(("charge.", *_MONEY_BACK)) else None
    return PaymentId(payment) if isinstance(payment, str) else None
