"""Manual purchases: repeated with the same key, declined, with late authentication, cancelled."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from shared.service.http import ProblemError
from shared.use_cases.purchases.cancel_purchase import cancel_purchase
from tests.fakes.world import START
from tests.simulation.engine.client import send_until_answered
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.reconciliations import reconcile_at_random_times
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, request, send_purchase

CARDS = (
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_mastercard",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
    "pm_card_chargeCustomerFail",
    "pm_card_radarBlock",
)


@dataclass
class Purchases(Scenario):
    """One to three purchases; some are requested by two browser windows at once, some are cancelled."""

    horizon: ClassVar[float] = 2 * 86_400.0

    async def run(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        sim.provider.odds = rng.choice((0.0, 0.5))
        buyers = (self._buy(sim, number) for number in range(rng.randint(1, 3)))
        await together(*buyers, self._cause_overdraft(sim), reconcile_at_random_times(sim, 120.0))
        if rng.random() < 0.5:
            await pause(sim, 86_400.0)

    async def _buy(self, sim: Simulation, number: int) -> None:
        rng = sim.randomness.work
        method = rng.choice(CARDS)
        await pause(sim, rng.choice((0.1, 60.0)))
        windows = [UserRequest(ONE, f"purchase {number}", (50 + number) * UNIT) for _ in range(rng.choice((1, 1, 2)))]
        self.purchases += windows
        await together(*(send_purchase(sim, user_request, method) for user_request in windows))
        if rng.random() < 0.4:
            await pause(sim, rng.choice((0.1, 600.0)))
            await self._cancel(sim, windows[0])

    async def _cancel(self, sim: Simulation, user_request: UserRequest) -> None:
        if "id" not in user_request.facts:
            return
        answer, _ = await send_until_answered(
            sim, cancel_purchase, request(ONE, purchase=user_request.facts["id"]), "buyer"
        )
        if isinstance(answer, ProblemError):
            sim.fail(f"{user_request.reference} could not be cancelled: {answer.code}")

    async def _cause_overdraft(self, sim: Simulation) -> None:
        """Cause overdraft, which the purchases settle."""
        for number in range(sim.randomness.work.randint(0, 2)):
            self.send_usage(sim, call(ONE, f"call {number}", SEATTLE, 3600, START - timedelta(hours=9)))
            await pause(sim, 60.0)
