"""Settings with ETags: a single writer that sends the ETag that it has just read never gets "stale"."""

from dataclasses import dataclass
from typing import ClassVar

from shared.service.http import ProblemError, Reply
from shared.use_cases.notices.set_administrators import set_administrators
from shared.views.settings import read_administrators
from tests.fakes.world import START
from tests.simulation.engine.client import send_once, send_until_answered
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import some_call
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import ADMINISTRATORS, UserRequest, request, send_grant


@dataclass
class Settings(Scenario):
    """One administrator reads and writes on different workers, during calls and grants."""

    max_rate: ClassVar[float] = 0.12

    async def run(self, sim: Simulation) -> None:
        await together(self._administrator(sim), self._send_calls(sim), self._grant(sim))

    async def _administrator(self, sim: Simulation) -> None:
        """Stop after an unanswered write, because it may still be executed and make a later ETag stale."""
        for _ in range(sim.randomness.work.randint(4, 10)):
            read, _ = await send_until_answered(sim, read_administrators, request(ONE), "admin")
            assert isinstance(read, Reply)
            etag = read.headers["ETag"]
            answer = await send_once(sim, set_administrators, request(ONE, ADMINISTRATORS, {"if-match": etag}), "admin")
            if isinstance(answer, ProblemError) and answer.code == "stale":
                sim.fail("the only writer sent the ETag that it had just read, and got stale")
            if not isinstance(answer, Reply):
                return
            if answer.headers["ETag"] == etag:
                sim.fail("a change was confirmed, but is not stored")
            await pause(sim, 0.5)

    async def _send_calls(self, sim: Simulation) -> None:
        for number in range(sim.randomness.work.randint(1, 4)):
            self.send_usage(sim, some_call(sim.randomness.work, ONE, f"call {number}", START))
            await pause(sim, 2.0)

    async def _grant(self, sim: Simulation) -> None:
        for number in range(2):
            await pause(sim, 4.0)
            user_request = UserRequest(ONE, f"order {number}", 20 * UNIT)
            self.grants.append(user_request)
            await send_grant(sim, user_request)
