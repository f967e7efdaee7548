"""Recharges and purchases on one account at the same time."""

from dataclasses import dataclass
from typing import ClassVar

from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.purchases import Purchases
from tests.simulation.scenarios.recharging import Recharging
from tests.simulation.scenarios.scenario import together


@dataclass
class Everything(Recharging, Purchases):
    """Recharges and manual purchases: a settled purchase lets a declined recharge start again."""

    horizon: ClassVar[float] = 86_400.0

    async def run(self, sim: Simulation) -> None:
        await together(Recharging.run(self, sim), self._buy(sim, 0), self._buy(sim, 1))
