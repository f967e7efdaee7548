"""Lots that expire while calls are reported late: paid from them until they lapse, three days and a night later."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from shared.kernel.times import instant_text
from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.people import Wish, grants
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together

HOUR, DAY = 3600.0, 86_400.0


@dataclass
class Expiry(Scenario):
    """Two or three lots that live for hours, and calls of these hours that are reported up to five days later."""

    horizon: ClassVar[float] = 6 * DAY

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        for number in range(sim.chance.work.randint(1, 2)):
            await self._granted(sim, number)

    async def work(self, sim: Simulation) -> None:
        days = sim.chance.work.choice((0.3, 2.0, 5.0))
        calls = (self._reports(sim, number, days * DAY) for number in range(sim.chance.work.randint(2, 5)))
        await together(self._granted(sim, 9), *calls)
        await pause(sim, DAY)

    async def _granted(self, sim: Simulation, number: int) -> None:
        await pause(sim, 2 * HOUR)
        wish = Wish(ONE, f"lot {number}", sim.chance.work.randint(5, 40) * UNIT)
        self.grants.append(wish)
        expires_at = sim.now() + timedelta(hours=sim.chance.work.uniform(3, 30))
        kind = sim.chance.work.choice(("paid", "promotional"))
        await grants(sim, wish, instant_text(expires_at), kind)

    async def _reports(self, sim: Simulation, number: int, longest: float) -> None:
        """One call, begun at some time of the first days, reported later, sometimes again after days."""
        started_at = START + timedelta(hours=sim.chance.work.uniform(0, 30))
        seconds = sim.chance.work.choice((60, 600, 3600))
        sent = call(ONE, f"call {number}", SEATTLE, seconds, started_at)
        await pause(sim, longest)
        late = (started_at - sim.now()).total_seconds()
        await pause(sim, max(0.0, late + 3 * HOUR) * 2)
        if sim.now() > started_at + timedelta(hours=2):
            self.sends(sim, sent)
            if sim.chance.work.random() < 0.4:
                await pause(sim, 3 * DAY)
                self.sends(sim, sent)
