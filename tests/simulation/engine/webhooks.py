"""The provider's webhooks: lost, duplicated, late and out of order; repeated until they are answered with 200."""

import asyncio
import json
from typing import TYPE_CHECKING

from shared.kernel.ids import PaymentId
from shared.kernel.money import Money
from shared.ports import NewsKind, Payment, PaymentNews, PaymentState
from shared.service.http import Request
from shared.use_cases.payments.receive_webhook import receive_stripe_webhook
from tests.simulation.engine.client import NoAnswer, send_once
from tests.simulation.engine.faults import Mishap

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

AGAIN_SECONDS = (60.0, 600.0, 7_200.0)
"""Seconds before each repetition of a webhook."""


class Webhooks:
    """Sends a webhook for every change of a payment. *pending* is the number of webhooks in progress."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation = simulation
        self.pending = 0

    def changed(self, payment: Payment) -> None:
        """Send a webhook for a payment with a new state."""
        if payment.state is not PaymentState.UNCONFIRMED:
            self._send_at_random(payment, NewsKind.PAYMENT)

    def money_back(self, payment: PaymentId) -> None:
        """Send a webhook for a refund or dispute of a payment that has changed."""
        self._send_at_random(self._simulation.provider.payments[payment], NewsKind.MONEY_BACK)

    def _send_at_random(self, payment: Payment, kind: NewsKind) -> None:
        faults = self._simulation.faults
        if faults.happens(Mishap.WEBHOOK_LOST):
            return
        for _ in range(2 if faults.happens(Mishap.WEBHOOK_TWICE) else 1):
            delay = self._simulation.pace.quick()
            if faults.happens(Mishap.WEBHOOK_LATE):
                delay = self._simulation.pace.late()
            self.pending += 1
            self._simulation.start_task(self._send(payment, kind, delay))

    async def _send(self, payment: Payment, kind: NewsKind, delay: float) -> None:
        request = Request(None, {}, {}, {"stripe-signature": "held"}, _event(payment, kind))
        for pause in (delay, *AGAIN_SECONDS):
            await asyncio.sleep(pause)
            answer = await send_once(self._simulation, receive_stripe_webhook, request, "webhook")
            if not isinstance(answer, NoAnswer):
                break
        self.pending -= 1


def _event(payment: Payment, kind: NewsKind) -> bytes:
    return json.dumps(
        [payment.id, payment.money.text, payment.money.currency, dict(payment.metadata), kind.value]
    ).encode()


class SignedWebhooks:
    """The `Webhooks` port without signatures, which other tests cover."""

    def news_of(self, body: bytes, signature: str) -> PaymentNews | None:  # noqa: ARG002 - the port's
        payment, amount, currency, metadata, kind = json.loads(body)
        return PaymentNews(PaymentId(payment), metadata, Money.parse(amount, currency), NewsKind(kind))
