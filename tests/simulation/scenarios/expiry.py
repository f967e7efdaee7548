"""Lots that expire while calls are reported late; they pay for these calls until they lapse after the grace."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from shared.kernel.times import instant_text
from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, send_grant

HOUR, DAY = 3600.0, 86_400.0


@dataclass
class Expiry(Scenario):
    """Two or three lots that are valid for hours, and calls of these hours, reported up to five days later."""

    horizon: ClassVar[float] = 6 * DAY

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        for number in range(sim.randomness.work.randint(1, 2)):
            await self._grant(sim, number)

    async def run(self, sim: Simulation) -> None:
        days = sim.randomness.work.choice((0.3, 2.0, 5.0))
        calls = (self._report(sim, number, days * DAY) for number in range(sim.randomness.work.randint(2, 5)))
        await together(self._grant(sim, 9), *calls)
        await pause(sim, DAY)

    async def _grant(self, sim: Simulation, number: int) -> None:
        await pause(sim, 2 * HOUR)
        user_request = UserRequest(ONE, f"lot {number}", sim.randomness.work.randint(5, 40) * UNIT)
        self.grants.append(user_request)
        expires_at = sim.now() + timedelta(hours=sim.randomness.work.uniform(3, 30))
        kind = sim.randomness.work.choice(("paid", "promotional"))
        await send_grant(sim, user_request, instant_text(expires_at), kind)

    async def _report(self, sim: Simulation, number: int, longest: float) -> None:
        """Report one call of the first days late, and sometimes again after days."""
        started_at = START + timedelta(hours=sim.randomness.work.uniform(0, 30))
        seconds = sim.randomness.work.choice((60, 600, 3600))
        sent = call(ONE, f"call {number}", SEATTLE, seconds, started_at)
        await pause(sim, longest)
        late = (started_at - sim.now()).total_seconds()
        await pause(sim, max(0.0, late + 3 * HOUR) * 2)
        if sim.now() > started_at + timedelta(hours=2):
            self.send_usage(sim, sent)
            if sim.randomness.work.random() < 0.4:
                await pause(sim, 3 * DAY)
                self.send_usage(sim, sent)
