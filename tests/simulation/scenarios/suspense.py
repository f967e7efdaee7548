"""Suspense: usage that cannot be booked is replayed, twice at once or while it is sent again, and corrected."""

from dataclasses import dataclass
from datetime import timedelta

from shared.service.http import ProblemError, Request
from shared.use_cases.suspense.accept_conflict import accept_conflict
from shared.use_cases.suspense.replay_suspended import replay_suspended
from shared.views.suspense import list_suspense
from tests.fakes.world import CARD, START
from tests.simulation.engine.client import UseCase, send_until_answered
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import HIDDEN, LEEDS, PARIS, SEATTLE, Sent, call
from tests.simulation.scenarios.scenario import ONE, TWO, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, request, send_grant

WITH_PARIS = CARD + b"33,France,mixed,FR,0.03,0,60,60\n"
PARIS_MINUTE = 30_000
"""Micro-units per minute, once the card has the prefix."""


@dataclass
class Suspense(Scenario):
    """Calls without a rate, altered calls, and calls of an account that is opened later; two operators replay them."""

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        user_request = UserRequest(ONE, "first", 30 * UNIT)
        self.grants.append(user_request)
        await send_grant(sim, user_request)

    async def run(self, sim: Simulation) -> None:
        await together(self._send_calls(sim), self._operator(sim), self._operator(sim), self._open_later(sim))

    async def _send_calls(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        calls = [self._call(sim, number) for number in range(rng.randint(3, 6))]
        calls += [rng.choice(calls) for _ in range(rng.randint(1, 4))]
        calls += [self._altered(sim, rng.choice(calls)) for _ in range(rng.randint(0, 2))]
        longest = rng.choice((1.0, 30.0))
        for sent in calls:
            self.send_usage(sim, sent)
            await pause(sim, longest)

    def _call(self, sim: Simulation, number: int) -> Sent:
        rng = sim.randomness.work
        account, called = rng.choice((ONE, ONE, TWO)), rng.choice((PARIS, PARIS, PARIS, HIDDEN, SEATTLE, LEEDS))
        return self._sent(call(account, f"call {number}", called, 600, START - timedelta(hours=5)), called)

    def _altered(self, sim: Simulation, sent: Sent) -> Sent:
        called = sim.randomness.work.choice((PARIS, SEATTLE))
        return self._sent(call(sent.account, sent.id, called, 1200, START - timedelta(hours=5)), called)

    @staticmethod
    def _sent(sent: Sent, called: str) -> Sent:
        """The call with its price once there is a rate."""
        minutes = sent.named.data["durationSeconds"] // 60
        return Sent(sent.account, sent.id, sent.text, minutes * PARIS_MINUTE) if called == PARIS else sent

    async def _open_later(self, sim: Simulation) -> None:
        await pause(sim, 60.0)
        await self.publish_card(sim, WITH_PARIS, days_ago=300)
        await pause(sim, 60.0)
        await self.open_account(sim, TWO)

    async def _operator(self, sim: Simulation) -> None:
        """A few times, list the suspense and replay or accept every item."""
        for _ in range(sim.randomness.work.randint(1, 3)):
            await pause(sim, 90.0)
            for item in await self._waiting(sim):
                use_case: UseCase = accept_conflict if item["reason"] == "conflict" else replay_suspended
                if use_case is accept_conflict and sim.randomness.work.random() < 0.5:
                    continue
                await self._try(sim, use_case, item["id"])

    async def _waiting(self, sim: Simulation) -> list[dict]:
        read = Request(None, {}, {}, {}, b"")
        answer, _ = await send_until_answered(sim, list_suspense, read, "operator")
        assert not isinstance(answer, ProblemError)
        return answer.value["items"]  # type: ignore[index]

    async def _try(self, sim: Simulation, use_case: UseCase, item: str) -> None:
        answer, _ = await send_until_answered(sim, use_case, request(ONE, item=item), "operator")
        if isinstance(answer, ProblemError) and not (use_case is accept_conflict and answer.code == "invalid_request"):
            sim.fail(f"item {item}: {use_case.__name__} answered {answer.code}")
