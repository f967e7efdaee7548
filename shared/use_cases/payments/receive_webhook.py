"""Webhooks of the payment provider. They only name a payment; its state is read from the provider (DESIGN 4), unless
the ledger shows that its money is a lot already.
"""

import logging

from shared.ports import BadSignatureError, NewsKind, OtherModeError, PaymentNews, UnreadableNewsError
from shared.service.http import ProblemError, Reply, Request
from shared.service.services import Services
from shared.telemetry.instruments import WEBHOOKS
from shared.use_cases.cards.card_setup import settle_reported_setup
from shared.use_cases.payments.money_back import follow_money_back
from shared.use_cases.payments.settle_payment import settle_reported

log = logging.getLogger(__name__)

EVENT_MAX = 256 * 1024
"""Bytes: far more than any event has, and few enough to be harmless."""


async def receive_stripe_webhook(services: Services, request: Request) -> Reply:
    """200 only when the effect is known to have happened; otherwise the provider sends the webhook again. There is no
    table of webhook events: the payment's marker prevents a second effect.
    """
    if len(request.body) > EVENT_MAX:
        raise ProblemError("payload_too_large", "no event is that large")
    try:
        news = services.webhooks.news_of(request.body, request.headers.get("stripe-signature", ""))
    except BadSignatureError as error:
        WEBHOOKS.add(1, {"outcome": "rejected"})
        raise ProblemError("invalid_request", "the signature is not valid") from error
    except UnreadableNewsError as error:
        WEBHOOKS.add(1, {"outcome": "rejected"})
        raise ProblemError("invalid_request", f"the body is not an event: {error}") from error
    except OtherModeError as error:  # accepted: the provider would send it again for days
        WEBHOOKS.add(1, {"outcome": "otherMode"})
        log.warning("ignored, because it is not of the mode of the key: %s", error)
        return Reply(200, {"received": True})
    if isinstance(news, PaymentNews):
        is_money_back = news.kind is NewsKind.MONEY_BACK
        await (follow_money_back(services, news.payment) if is_money_back else settle_reported(services, news))
    elif news is not None:
        await settle_reported_setup(services, news)
    WEBHOOKS.add(1, {"outcome": "accepted"})
    return Reply(200, {"received": True})
