"""Suspense: what cannot be booked, kept, booked later; replayed twice at once, sent again meanwhile, corrected."""

from dataclasses import dataclass
from datetime import timedelta

from shared.service.http import ProblemError, Request
from shared.use_cases.suspense.accept_conflict import accept_conflict
from shared.use_cases.suspense.replay_suspended import replay_suspended
from shared.views.suspense import list_suspense
from tests.fakes.world import CARD, START
from tests.simulation.engine.client import Verb, insisted
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import HIDDEN, LEEDS, PARIS, SEATTLE, Sent, call
from tests.simulation.scenarios.people import Wish, grants, request
from tests.simulation.scenarios.scenario import ONE, TWO, UNIT, Scenario, pause, together

WITH_PARIS = CARD + b"33,France,mixed,FR,0.03,0,60,60\n"
PARIS_MINUTE = 30_000
"""Micro-units a minute, once the card has the prefix."""


@dataclass
class Suspense(Scenario):
    """Calls without a rate, of an account that is opened later, and altered ones; two operators who try again."""

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        wish = Wish(ONE, "first", 30 * UNIT)
        self.grants.append(wish)
        await grants(sim, wish)

    async def work(self, sim: Simulation) -> None:
        await together(self._calls(sim), self._operator(sim), self._operator(sim), self._opens_later(sim))

    async def _calls(self, sim: Simulation) -> None:
        chance = sim.chance.work
        calls = [self._call(sim, number) for number in range(chance.randint(3, 6))]
        calls += [chance.choice(calls) for _ in range(chance.randint(1, 4))]
        calls += [self._altered(sim, chance.choice(calls)) for _ in range(chance.randint(0, 2))]
        longest = chance.choice((1.0, 30.0))
        for sent in calls:
            self.sends(sim, sent)
            await pause(sim, longest)

    def _call(self, sim: Simulation, number: int) -> Sent:
        chance = sim.chance.work
        account, called = chance.choice((ONE, ONE, TWO)), chance.choice((PARIS, PARIS, PARIS, HIDDEN, SEATTLE, LEEDS))
        return self._sent(call(account, f"call {number}", called, 600, START - timedelta(hours=5)), called)

    def _altered(self, sim: Simulation, sent: Sent) -> Sent:
        called = sim.chance.work.choice((PARIS, SEATTLE))
        return self._sent(call(sent.account, sent.id, called, 1200, START - timedelta(hours=5)), called)

    @staticmethod
    def _sent(sent: Sent, called: str) -> Sent:
        """What it must cost once there is a rate."""
        minutes = sent.named.data["durationSeconds"] // 60
        return Sent(sent.account, sent.id, sent.text, minutes * PARIS_MINUTE) if called == PARIS else sent

    async def _opens_later(self, sim: Simulation) -> None:
        await pause(sim, 60.0)
        await self.publishes(sim, WITH_PARIS, days_ago=300)
        await pause(sim, 60.0)
        await self.opens(sim, TWO)

    async def _operator(self, sim: Simulation) -> None:
        """Looks a few times, and tries everything that waits."""
        for _ in range(sim.chance.work.randint(1, 3)):
            await pause(sim, 90.0)
            for item in await self._waiting(sim):
                verb: Verb = accept_conflict if item["reason"] == "conflict" else replay_suspended
                if verb is accept_conflict and sim.chance.work.random() < 0.5:
                    continue
                await self._tries(sim, verb, item["id"])

    async def _waiting(self, sim: Simulation) -> list[dict]:
        asked = Request(None, {}, {}, {}, b"")
        answer, _ = await insisted(sim, list_suspense, asked, "operator")
        assert not isinstance(answer, ProblemError)
        return answer.value["items"]  # type: ignore[index]

    async def _tries(self, sim: Simulation, verb: Verb, item: str) -> None:
        answer, _ = await insisted(sim, verb, request(ONE, item=item), "operator")
        if isinstance(answer, ProblemError) and not (verb is accept_conflict and answer.code == "invalid_request"):
            sim.fail(f"item {item}: {verb.__name__} answered {answer.code}")
