"""Somebody tries card after card, most of them declined: from some point on the account is refused, before anything."""

from dataclasses import dataclass
from typing import Any, ClassVar

from tests.fakes import world
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.people import Wish, buys, stores_card
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together

DECLINES, ATTEMPTS = 2, 6
STOLEN = ("pm_card_chargeCustomerFail", "pm_card_chargeCustomerFail", "pm_card_visa", "pm_card_radarBlock")


@dataclass
class CardTesting(Scenario):
    """One key each, perhaps asked for by two windows at once; in between a card is perhaps stored."""

    horizon: ClassVar[float] = 2 * 86_400.0
    limits: ClassVar[tuple[tuple[Any, str, int], ...]] = (
        (world, "DECLINES_PER_WINDOW", DECLINES),
        (world, "ATTEMPTS_PER_WINDOW", ATTEMPTS),
    )

    async def work(self, sim: Simulation) -> None:
        chance = sim.chance.work
        for number in range(chance.randint(3, ATTEMPTS + 2)):
            method = chance.choice(STOLEN)
            windows = [Wish(ONE, f"try {number}", (50 + number) * UNIT) for _ in range(chance.choice((1, 1, 2)))]
            self.purchases += windows
            await together(*(buys(sim, wish, method) for wish in windows))
            if chance.random() < 0.2:
                await stores_card(sim, ONE, method)
            await pause(sim, 30.0)
