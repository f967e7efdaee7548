"""Auto-recharge with a monthly cap, from the last hours of a month into the next one: with declines, bursts of calls,
and an administrator who switches it off and on.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import send_auto_recharge, send_card

OUTCOMES = (("succeed",), ("insufficient_funds", "succeed"), ("lost_card", "insufficient_funds", "succeed"))
"""The possible outcomes of confirmations in one run."""

HOUR = 3_600.0


@dataclass
class Capped(Scenario):
    """A recharge of 50 at a balance of 20, calls of about 30, and a cap of two, three or many recharges."""

    horizon: ClassVar[float] = 12 * HOUR
    began: ClassVar[datetime] = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        rng = sim.randomness.work
        self.cap = rng.choice((100, 150, 1_000)) * UNIT
        sim.provider.odds = rng.choice((0.0, 0.4, 0.7))
        sim.provider.outcomes = rng.choice(OUTCOMES)
        await send_card(sim, ONE, "pm_card_visa")
        await send_card(sim, ONE, "pm_card_mastercard")
        await self._set(sim)

    async def _set(self, sim: Simulation, *, enabled: bool = True) -> None:
        await send_auto_recharge(sim, ONE, 20 * UNIT, 50 * UNIT, enabled=enabled, cap=self.cap)

    async def run(self, sim: Simulation) -> None:
        longest = sim.randomness.work.choice((300.0, HOUR, 3 * HOUR))
        await together(self._send_calls(sim, longest), self._administrator(sim, longest))
        await pause(sim, 10 * HOUR)

    async def _send_calls(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.randomness.work.randint(4, 9)):
            await pause(sim, longest)
            self.send_usage(sim, call(ONE, f"call {number}", SEATTLE, 3_600, self.began - timedelta(hours=9)))

    async def _administrator(self, sim: Simulation, longest: float) -> None:
        for _ in range(sim.randomness.work.choice((0, 0, 1, 2))):
            await pause(sim, 3 * longest)
            await self._set(sim, enabled=False)
            await pause(sim, longest)
            await self._set(sim)
