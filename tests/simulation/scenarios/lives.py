"""An account is closed and reopened while calls are reported to processes that cached an earlier epoch."""

from dataclasses import dataclass
from datetime import timedelta

from shared.service.http import ProblemError
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.accounts.open_account import open_account
from tests.fakes.world import START
from tests.simulation.engine.client import send_until_answered
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import LEEDS, call
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, request, send_grant

OPENED = {"account": ONE, "currency": "USD", "country": "US"}


@dataclass
class Lives(Scenario):
    """Most calls cost nothing, so the empty account can be closed at any time; one call needs a grant."""

    async def run(self, sim: Simulation) -> None:
        await together(self._operator(sim), self._send_calls(sim), self._grant(sim))
        await self._open(sim)

    async def _operator(self, sim: Simulation) -> None:
        for _ in range(sim.randomness.work.randint(2, 5)):
            await pause(sim, 8.0)
            answer, _ = await send_until_answered(sim, close_account, request(ONE), "operator")
            if isinstance(answer, ProblemError) and answer.code != "not_empty":
                sim.fail(f"an account that exists could not be closed: {answer.code}")
            await pause(sim, 8.0)
            await self._open(sim)

    async def _open(self, sim: Simulation) -> None:
        answer, _ = await send_until_answered(sim, open_account, request(ONE, OPENED), "operator")
        if isinstance(answer, ProblemError):
            sim.fail(f"the same opening again was answered {answer.code}")

    async def _send_calls(self, sim: Simulation) -> None:
        for number in range(sim.randomness.work.randint(3, 9)):
            costs = 60 if number == 2 else 0
            sent = call(ONE, f"call {number}", LEEDS, costs, START - timedelta(hours=5))
            self.send_usage(sim, *[sent] * sim.randomness.work.randint(1, 2))
            await pause(sim, 6.0)

    async def _grant(self, sim: Simulation) -> None:
        """Grant the cent that one call costs; until both are booked, the account cannot be closed."""
        await pause(sim, 20.0)
        user_request = UserRequest(ONE, "order", UNIT // 100)
        answered = user_request.answer
        while answered in {"", "not_found"}:
            await send_grant(sim, user_request)
            answered = user_request.answer
            await pause(sim, 10.0)
        self.grants.append(user_request)
