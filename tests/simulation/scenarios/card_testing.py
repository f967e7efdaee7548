"""Card testing: many cards are tried, most are declined; from some point on, requests are refused at once."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tests.fakes import world
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, send_card, send_purchase

DECLINES, ATTEMPTS = 2, 6
STOLEN = ("pm_card_chargeCustomerFail", "pm_card_chargeCustomerFail", "pm_card_visa", "pm_card_radarBlock")


@dataclass
class CardTesting(Scenario):
    """Purchases with one key each, some requested by two browser windows at once; some cards are stored."""

    horizon: ClassVar[float] = 2 * 86_400.0
    limits: ClassVar[tuple[tuple[Any, str, int], ...]] = (
        (world, "DECLINES_PER_WINDOW", DECLINES),
        (world, "ATTEMPTS_PER_WINDOW", ATTEMPTS),
    )

    async def run(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        for number in range(rng.randint(3, ATTEMPTS + 2)):
            method = rng.choice(STOLEN)
            windows = [UserRequest(ONE, f"try {number}", (50 + number) * UNIT) for _ in range(rng.choice((1, 1, 2)))]
            self.purchases += windows
            await together(*(send_purchase(sim, user_request, method) for user_request in windows))
            if rng.random() < 0.2:
                await send_card(sim, ONE, method)
            await pause(sim, 30.0)
