"""Usage of an account that nobody has opened: kept in suspense, until it is opened and everything is sent again."""

from dataclasses import dataclass
from typing import ClassVar

from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import some_call
from tests.simulation.scenarios.scenario import ONE, Scenario, pause


@dataclass
class Strangers(Scenario):
    """So short that what goes wrong may go wrong often: the very first commit of a partition is a case of its own."""

    worst: ClassVar[float] = 0.08
    focus: ClassVar[str] = "ledger.transact"

    async def prepare(self, sim: Simulation) -> None:
        await self.publishes(sim)

    async def work(self, sim: Simulation) -> None:
        calls = [some_call(sim.chance.work, ONE, f"call {number}", START) for number in range(2)]
        self.sends(sim, *calls)
        await pause(sim, 2.0)
        if sim.chance.work.random() < 0.3:
            await pause(sim, 200.0)
            await self.opens(sim, ONE)
            self.sends(sim, *calls)
