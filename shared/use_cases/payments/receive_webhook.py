"""News from the payment provider. It only says that something happened; what, is asked (DESIGN 4)."""

from shared.ports import BadSignatureError
from shared.service.http import ProblemError, Reply, Request
from shared.service.services import Services
from shared.telemetry.instruments import WEBHOOKS
from shared.use_cases.payments.settle_payment import settle_payment

EVENT_MAX = 256 * 1024
"""Bytes; far above any event, far below what could hurt."""


async def receive_stripe_webhook(services: Services, request: Request) -> Reply:
    """200 only after the effect is proved; the provider sends again otherwise. There is no table of webhook events:
    the payment's marker is the memory.
    """
    if len(request.body) > EVENT_MAX:
        raise ProblemError("payload_too_large", "no event is that large")
    try:
        payment = services.webhooks.payment_of(request.body, request.headers.get("stripe-signature", ""))
    except BadSignatureError as error:
        WEBHOOKS.add(1, {"outcome": "rejected"})
        raise ProblemError("invalid_request", "the signature does not hold") from error
    if payment is not None:
        await settle_payment(services, payment)
    WEBHOOKS.add(1, {"outcome": "accepted"})
    return Reply(200, {"received": True})
