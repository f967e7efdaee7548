"""Auto-recharge: calls bring the balance to the trigger, and cards succeed, decline, think, or are asked twice."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.nights import nights
from tests.simulation.scenarios.people import Wish, arms, grants, stores_card
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together

OUTCOMES = (
    ("succeed",),
    ("succeed", "processing"),
    ("insufficient_funds", "generic_decline", "succeed"),
    ("lost_card", "expired_card"),
    ("processing", "insufficient_funds", "authentication_required", "lost_card", "succeed"),
)
"""What confirmations come to in one run."""

DAY = 86_400.0
BEGAN = START - timedelta(hours=12)


@dataclass
class Recharging(Scenario):
    """One or two cards, a trigger of twenty, calls of thirty: several crossings, over minutes or over days."""

    horizon: ClassVar[float] = 2 * DAY

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        chance = sim.chance.work
        sim.provider.odds = chance.choice((0.0, 0.3, 0.9))
        sim.provider.outcomes = chance.choice(OUTCOMES)
        wish = Wish(ONE, "first", 40 * UNIT)
        self.grants.append(wish)
        await grants(sim, wish)
        await stores_card(sim, ONE, chance.choice(("pm_card_visa", "pm_card_visa", "pm_card_chargeCustomerFail")))
        if chance.random() < 0.5:
            await stores_card(sim, ONE, "pm_card_mastercard")
        await arms(sim, ONE, 20 * UNIT, 50 * UNIT)

    async def work(self, sim: Simulation) -> None:
        chance = sim.chance.work
        longest = chance.choice((1.0, 300.0, 30_000.0))
        await together(self._calls(sim, longest), self._administrator(sim, longest), nights(sim, 3 * longest))
        if longest > 1000:
            await pause(sim, 2 * DAY)

    async def _calls(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.chance.work.randint(2, 5)):
            seconds = sim.chance.work.choice((600, 3600, 3600, 18_000))
            self.sends(sim, call(ONE, f"call {number}", SEATTLE, seconds, BEGAN))
            await pause(sim, longest)

    async def _administrator(self, sim: Simulation, longest: float) -> None:
        """Sometimes the order is switched off and on again, or another card is stored."""
        chance = sim.chance.work
        for _ in range(chance.choice((0, 0, 1, 3))):
            await pause(sim, longest * 2)
            match chance.choice(("off", "on", "card")):
                case "off":
                    await arms(sim, ONE, 20 * UNIT, 50 * UNIT, enabled=False)
                case "on":
                    await arms(sim, ONE, 30 * UNIT, 50 * UNIT)
                case "card":
                    await stores_card(sim, ONE, "pm_card_mastercard")
