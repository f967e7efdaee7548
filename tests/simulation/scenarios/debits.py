"""Debits of calls: repeated, altered, several per message; for two accounts and an unknown one."""

from dataclasses import dataclass, replace

from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import Sent, some_call
from tests.simulation.scenarios.scenario import ONE, TWO, UNIT, UNKNOWN, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, send_grant


@dataclass
class Debits(Scenario):
    """About ten calls in a few seconds, while an operator grants funds."""

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        if sim.randomness.work.random() < 0.5:
            await self.open_account(sim, TWO)
        await self._grant(sim, 20)

    async def run(self, sim: Simulation) -> None:
        await together(self._send_calls(sim), self._grant(sim, 50), self._grant(sim, 8))

    async def _grant(self, sim: Simulation, units: int) -> None:
        await pause(sim, 5)
        user_request = UserRequest(ONE, f"order {len(self.grants)}", units * UNIT)
        self.grants.append(user_request)
        await send_grant(sim, user_request)

    async def _send_calls(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        longest = rng.choice((0.05, 0.5, 20.0))
        calls = [self._call(sim, number) for number in range(rng.randint(3, 9))]
        calls += [rng.choice(calls) for _ in range(rng.randint(0, 4))]
        calls += [self._altered(sim, rng.choice(calls)) for _ in range(rng.randint(0, 2))]
        rng.shuffle(calls)
        while calls:
            together_in_one = rng.choice((1, 1, 1, 2, 3))
            self.send_usage(sim, *calls[:together_in_one])
            calls = calls[together_in_one:]
            await pause(sim, longest)

    def _call(self, sim: Simulation, number: int) -> Sent:
        account = sim.randomness.work.choice((ONE, ONE, ONE, *self.accounts, UNKNOWN))
        return some_call(sim.randomness.work, account, f"call {number}", START)

    def _altered(self, sim: Simulation, sent: Sent) -> Sent:
        """A call with the same source and id, but other content."""
        return replace(some_call(sim.randomness.work, sent.account, sent.id, START))
