"""An account with as many lots as it may have: operators are refused, and told so rightly, until calls make room."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from shared.use_cases.purchases import grant_funds
from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.people import Wish, grants
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together

LOTS_MAX = 2


@dataclass
class Crowded(Scenario):
    """Each order is granted by two operators: under one key, or under two for the same reference."""

    limits: ClassVar[tuple[tuple[Any, str, int], ...]] = ((grant_funds, "OPEN_LOTS_MAX", LOTS_MAX),)

    async def work(self, sim: Simulation) -> None:
        orders = (self._granted(sim, number) for number in range(sim.chance.work.randint(2, 4)))
        await together(*orders, self._calls(sim))

    async def _granted(self, sim: Simulation, number: int) -> None:
        same_key = sim.chance.work.random() < 0.5
        windows = [Wish(ONE, f"order {number}", 5 * UNIT) for _ in range(2)]
        self.grants += windows
        await together(*(self._asked(sim, wish, "" if same_key else f" {place}") for place, wish in enumerate(windows)))

    async def _asked(self, sim: Simulation, wish: Wish, key: str) -> None:
        await pause(sim, 3.0)
        await grants(sim, wish, key=f"grant {wish.reference}{key}")

    async def _calls(self, sim: Simulation) -> None:
        for number in range(sim.chance.work.randint(1, 4)):
            await pause(sim, 2.0)
            self.sends(sim, call(ONE, f"call {number}", SEATTLE, 600, START - timedelta(hours=5)))
