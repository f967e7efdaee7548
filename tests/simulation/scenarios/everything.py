"""Everything at once on one account, a little of each."""

from dataclasses import dataclass
from typing import ClassVar

from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.purchases import Purchases
from tests.simulation.scenarios.recharging import Recharging
from tests.simulation.scenarios.scenario import together


@dataclass
class Everything(Recharging, Purchases):
    """Recharges while somebody buys by hand: a settled purchase gives a declined recharge its fresh start."""

    horizon: ClassVar[float] = 86_400.0

    async def work(self, sim: Simulation) -> None:
        await together(Recharging.work(self, sim), self._buys(sim, 0), self._buys(sim, 1))
