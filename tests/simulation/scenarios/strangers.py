"""Usage of an account that is not open yet: it is suspended, and sent again after the account is opened."""

from dataclasses import dataclass
from typing import ClassVar

from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import some_call
from tests.simulation.scenarios.scenario import ONE, Scenario, pause


@dataclass
class Strangers(Scenario):
    """A short scenario with frequent faults, because the first commit of a partition is a special case."""

    max_rate: ClassVar[float] = 0.08
    focus: ClassVar[str] = "ledger.transact"

    async def prepare(self, sim: Simulation) -> None:
        await self.publish_card(sim)

    async def run(self, sim: Simulation) -> None:
        calls = [some_call(sim.randomness.work, ONE, f"call {number}", START) for number in range(2)]
        self.send_usage(sim, *calls)
        await pause(sim, 2.0)
        if sim.randomness.work.random() < 0.3:
            await pause(sim, 200.0)
            await self.open_account(sim, ONE)
            self.send_usage(sim, *calls)
