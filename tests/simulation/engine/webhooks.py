"""The provider's news: lost, doubled, late and out of order; sent again until somebody answers 200."""

import asyncio
from typing import TYPE_CHECKING

from shared.kernel.ids import PaymentId
from shared.ports import Payment, PaymentState
from shared.service.http import Request
from shared.use_cases.payments.receive_webhook import receive_stripe_webhook
from tests.simulation.engine.client import Lost, asked
from tests.simulation.engine.faults import Mishap

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

AGAIN_SECONDS = (60.0, 600.0, 7_200.0)
"""After that long the provider sends again, so many times."""


class Webhooks:
    """Sends news of every payment to whoever runs. *pending* are on their way."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation = simulation
        self.pending = 0

    def changed(self, payment: Payment) -> None:
        """A payment has a new state."""
        faults = self._simulation.faults
        if payment.state is PaymentState.UNCONFIRMED or faults.strikes(Mishap.WEBHOOK_LOST):
            return
        for _ in range(2 if faults.strikes(Mishap.WEBHOOK_TWICE) else 1):
            delay = self._simulation.pace.quick()
            if faults.strikes(Mishap.WEBHOOK_LATE):
                delay = self._simulation.pace.late()
            self.pending += 1
            self._simulation.begin(self._send(payment.id, delay))

    async def _send(self, payment: PaymentId, delay: float) -> None:
        request = Request(None, {}, {}, {"stripe-signature": "held"}, payment.encode())
        for pause in (delay, *AGAIN_SECONDS):
            await asyncio.sleep(pause)
            answer = await asked(self._simulation, receive_stripe_webhook, request, "webhook")
            if not isinstance(answer, Lost):
                break
        self.pending -= 1


class SignedWebhooks:
    """The `Webhooks` port: signatures are proved elsewhere."""

    def payment_of(self, body: bytes, signature: str) -> PaymentId | None:  # noqa: ARG002 - the port's
        return PaymentId(body.decode())
