"""An account closed and opened anew while its calls are still reported, to processes that remember other lives."""

from dataclasses import dataclass
from datetime import timedelta

from shared.service.http import ProblemError
from shared.use_cases.accounts.close_account import close_account
from shared.use_cases.accounts.open_account import open_account
from tests.fakes.world import START
from tests.simulation.engine.client import insisted
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import LEEDS, call
from tests.simulation.scenarios.people import Wish, grants, request
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together

OPENED = {"account": ONE, "currency": "USD", "country": "US"}


@dataclass
class Lives(Scenario):
    """Most calls cost nothing, so the account is empty and may be closed at any moment; one needs a grant first."""

    async def work(self, sim: Simulation) -> None:
        await together(self._operator(sim), self._calls(sim), self._granted(sim))
        await self._opened(sim)

    async def _operator(self, sim: Simulation) -> None:
        for _ in range(sim.chance.work.randint(2, 5)):
            await pause(sim, 8.0)
            answer, _ = await insisted(sim, close_account, request(ONE), "operator")
            if isinstance(answer, ProblemError) and answer.code != "not_empty":
                sim.fail(f"an account that exists could not be closed: {answer.code}")
            await pause(sim, 8.0)
            await self._opened(sim)

    async def _opened(self, sim: Simulation) -> None:
        answer, _ = await insisted(sim, open_account, request(ONE, OPENED), "operator")
        if isinstance(answer, ProblemError):
            sim.fail(f"the same opening again was answered {answer.code}")

    async def _calls(self, sim: Simulation) -> None:
        for number in range(sim.chance.work.randint(3, 9)):
            costs = 60 if number == 2 else 0
            sent = call(ONE, f"call {number}", LEEDS, costs, START - timedelta(hours=5))
            self.sends(sim, *[sent] * sim.chance.work.randint(1, 2))
            await pause(sim, 6.0)

    async def _granted(self, sim: Simulation) -> None:
        """One cent, which the one call takes: until then it is credit, or overdraft, and nobody can close."""
        await pause(sim, 20.0)
        wish = Wish(ONE, "order", UNIT // 100)
        answered = wish.answer
        while answered in {"", "not_found"}:
            await grants(sim, wish)
            answered = wish.answer
            await pause(sim, 10.0)
        self.grants.append(wish)
