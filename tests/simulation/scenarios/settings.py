"""Settings under ETags: who alone changes them, and names what was just read, is never told that it is stale."""

from dataclasses import dataclass
from typing import ClassVar

from shared.service.http import ProblemError, Reply
from shared.use_cases.notices.set_administrators import set_administrators
from shared.views.settings import read_administrators
from tests.fakes.world import START
from tests.simulation.engine.client import asked, insisted
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import some_call
from tests.simulation.scenarios.people import ADMINISTRATORS, Wish, grants, request
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together


@dataclass
class Settings(Scenario):
    """One administrator, reading here and writing there, beside calls and grants."""

    worst: ClassVar[float] = 0.12

    async def work(self, sim: Simulation) -> None:
        await together(self._administrator(sim), self._calls(sim), self._granted(sim))

    async def _administrator(self, sim: Simulation) -> None:
        """A write whose answer never came may still land: from then on nothing can be said about "stale"."""
        for _ in range(sim.chance.work.randint(4, 10)):
            read, _ = await insisted(sim, read_administrators, request(ONE), "admin")
            assert isinstance(read, Reply)
            etag = read.headers["ETag"]
            answer = await asked(sim, set_administrators, request(ONE, ADMINISTRATORS, {"if-match": etag}), "admin")
            if isinstance(answer, ProblemError) and answer.code == "stale":
                sim.fail("the only writer named the version just read, and was told that it is stale")
            if not isinstance(answer, Reply):
                return
            if answer.headers["ETag"] == etag:
                sim.fail("a change was confirmed and is not there")
            await pause(sim, 0.5)

    async def _calls(self, sim: Simulation) -> None:
        for number in range(sim.chance.work.randint(1, 4)):
            self.sends(sim, some_call(sim.chance.work, ONE, f"call {number}", START))
            await pause(sim, 2.0)

    async def _granted(self, sim: Simulation) -> None:
        for number in range(2):
            await pause(sim, 4.0)
            wish = Wish(ONE, f"order {number}", 20 * UNIT)
            self.grants.append(wish)
            await grants(sim, wish)
