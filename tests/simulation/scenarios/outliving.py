"""Calls that outlive their lots: pins of expired and lapsed lots, beside late usage of other calls."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from shared.kernel.times import instant_text
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.authorised import DAY, Authorised
from tests.simulation.scenarios.calls import LONDON, SEATTLE, call
from tests.simulation.scenarios.scenario import ONE, pause, together
from tests.simulation.scenarios.telephony import MadeCall
from tests.simulation.scenarios.user_requests import UserRequest, send_grant

HOUR = 3600.0


@dataclass
class Outliving(Authorised):
    """Lots of minutes that expire soon and lapse an hour later. Some calls talk for hours, others are reported late."""

    horizon: ClassVar[float] = DAY

    async def run(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        calls = (self._talk_on(sim, number) for number in range(rng.randint(1, 4)))
        await together(*calls, *(self._report_late(sim, number) for number in range(rng.randint(1, 5))))

    async def _grant(self, sim: Simulation, number: int) -> None:
        rng = sim.randomness.work
        user_request = UserRequest(ONE, f"lot {number}", rng.choice((1_000_000, 4_000_000, 9_000_000)))
        self.grants.append(user_request)
        expires_at = sim.now() + timedelta(minutes=rng.uniform(2, 40))
        await send_grant(sim, user_request, instant_text(expires_at), rng.choice(("paid", "promotional")))

    async def _talk_on(self, sim: Simulation, number: int) -> None:
        """A call for whose seconds all is held at once, which ends after its lots have expired."""
        rng = sim.randomness.work
        await pause(sim, 60.0)
        made = MadeCall(self, sim, f"leg {number}", "u-1", rng.choice((LONDON, SEATTLE)), 2 * HOUR)
        await made.outlive(rng.choice((1, 2)), rng.choice(("reported", "reported", "released", "silent")))

    async def _report_late(self, sim: Simulation, number: int) -> None:
        """A call of the first minute that was never asked for, reported within the grace or after it."""
        rng = sim.randomness.work
        began = sim.now() - timedelta(seconds=rng.uniform(1, 60))
        await asyncio.sleep(rng.uniform(0.0, 2 * HOUR))
        seconds = rng.choice((60, 600, 1_200))
        self.send_usage(sim, call(ONE, f"late {number}", rng.choice((LONDON, SEATTLE)), seconds, began))
