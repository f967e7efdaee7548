"""An account with the maximum number of lots: grants are refused with the right answer until calls spend lots."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from shared.use_cases.purchases import grant_funds
from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, send_grant

LOTS_MAX = 2


@dataclass
class Crowded(Scenario):
    """Each grant is requested by two operators, with the same key, or with two keys for the same reference."""

    limits: ClassVar[tuple[tuple[Any, str, int], ...]] = ((grant_funds, "OPEN_LOTS_MAX", LOTS_MAX),)

    async def run(self, sim: Simulation) -> None:
        orders = (self._grant(sim, number) for number in range(sim.randomness.work.randint(2, 4)))
        await together(*orders, self._send_calls(sim))

    async def _grant(self, sim: Simulation, number: int) -> None:
        same_key = sim.randomness.work.random() < 0.5
        windows = [UserRequest(ONE, f"order {number}", 5 * UNIT) for _ in range(2)]
        self.grants += windows
        await together(
            *(
                self._send_grant(sim, user_request, "" if same_key else f" {place}")
                for place, user_request in enumerate(windows)
            )
        )

    async def _send_grant(self, sim: Simulation, user_request: UserRequest, key: str) -> None:
        await pause(sim, 3.0)
        await send_grant(sim, user_request, key=f"grant {user_request.reference}{key}")

    async def _send_calls(self, sim: Simulation) -> None:
        for number in range(sim.randomness.work.randint(1, 4)):
            await pause(sim, 2.0)
            self.send_usage(sim, call(ONE, f"call {number}", SEATTLE, 600, START - timedelta(hours=5)))
