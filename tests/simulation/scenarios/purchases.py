"""Purchases by hand: asked twice with one key, declined, with the bank's question answered late, cancelled."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from shared.service.http import ProblemError
from shared.use_cases.purchases.cancel_purchase import cancel_purchase
from tests.fakes.world import START
from tests.simulation.engine.client import insisted
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.nights import nights
from tests.simulation.scenarios.people import Wish, buys, request
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together

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
    """One to three purchases, each perhaps asked for by two windows at once, each perhaps cancelled."""

    horizon: ClassVar[float] = 2 * 86_400.0

    async def work(self, sim: Simulation) -> None:
        chance = sim.chance.work
        sim.provider.odds = chance.choice((0.0, 0.5))
        buyers = (self._buys(sim, number) for number in range(chance.randint(1, 3)))
        await together(*buyers, self._overdraws(sim), nights(sim, 120.0))
        if chance.random() < 0.5:
            await pause(sim, 86_400.0)

    async def _buys(self, sim: Simulation, number: int) -> None:
        chance = sim.chance.work
        method = chance.choice(CARDS)
        await pause(sim, chance.choice((0.1, 60.0)))
        windows = [Wish(ONE, f"purchase {number}", (50 + number) * UNIT) for _ in range(chance.choice((1, 1, 2)))]
        self.purchases += windows
        await together(*(buys(sim, wish, method) for wish in windows))
        if chance.random() < 0.4:
            await pause(sim, chance.choice((0.1, 600.0)))
            await self._cancels(sim, windows[0])

    async def _cancels(self, sim: Simulation, wish: Wish) -> None:
        if "id" not in wish.facts:
            return
        answer, _ = await insisted(sim, cancel_purchase, request(ONE, purchase=wish.facts["id"]), "buyer")
        if isinstance(answer, ProblemError):
            sim.fail(f"{wish.reference} could not be cancelled: {answer.code}")

    async def _overdraws(self, sim: Simulation) -> None:
        """Overdraft that the money settles when it comes."""
        for number in range(sim.chance.work.randint(0, 2)):
            self.sends(sim, call(ONE, f"call {number}", SEATTLE, 3600, START - timedelta(hours=9)))
            await pause(sim, 60.0)
