"""Calls that are authorised, extended, settled, released or forgotten, while their lots expire and lapse."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from shared.kernel.times import instant_text
from tests.fakes import world
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.accepting import accept_conflicts
from tests.simulation.scenarios.calls import LEEDS, LONDON, SEATTLE
from tests.simulation.scenarios.scenario import ONE, UNIT, pause, together
from tests.simulation.scenarios.telephony import Telephony
from tests.simulation.scenarios.user_requests import UserRequest, send_grant

DAY = 86_400.0


@dataclass
class Authorised(Telephony):
    """Some ten calls for little money. Expired lots lapse after an hour, while calls still talk."""

    horizon: ClassVar[float] = DAY
    limits: ClassVar[tuple[tuple[Any, str, int], ...]] = ((world, "GRACE_HOURS", 1),)

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        for number in range(sim.randomness.work.randint(1, 3)):
            await self._grant(sim, number)

    async def run(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        longest = rng.choice((2.0, 300.0, 7_000.0))
        calls = (self._call(sim, number, longest) for number in range(rng.randint(4, 12)))
        await together(*calls, self._grant_later(sim, longest), accept_conflicts(sim, longest))

    async def _call(self, sim: Simulation, number: int, longest: float) -> None:
        rng = sim.randomness.work
        await pause(sim, rng.choice((0.1, longest)))
        await self.make_call(sim, number, rng.choice(("u-1", "u-2")), rng.choice((LONDON, LEEDS, SEATTLE)), longest)

    async def _grant_later(self, sim: Simulation, longest: float) -> None:
        for number in range(9, 9 + sim.randomness.work.randint(0, 2)):
            await pause(sim, longest)
            await self._grant(sim, number)

    async def _grant(self, sim: Simulation, number: int) -> None:
        """A lot that pays for some minutes, perhaps of one kind only, and expires in minutes, hours or a year."""
        rng = sim.randomness.work
        user_request = UserRequest(ONE, f"lot {number}", rng.choice((60_000, 600_000, 3 * UNIT, 30 * UNIT)))
        self.grants.append(user_request)
        lasts = rng.choice((timedelta(minutes=rng.uniform(1, 30)), timedelta(hours=rng.uniform(1, 9)), None))
        expires_at = instant_text(sim.now() + lasts) if lasts else None
        scope = rng.choice((None, None, ["international"], ["domestic", "premium"]))
        await send_grant(sim, user_request, expires_at, rng.choice(("paid", "promotional")), scope=scope)
