"""Debits: calls from several lots, twice, altered, together in one message; of two accounts and of an unknown one."""

from dataclasses import dataclass, replace

from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import Sent, some_call
from tests.simulation.scenarios.people import Wish, grants
from tests.simulation.scenarios.scenario import ONE, TWO, UNIT, UNKNOWN, Scenario, pause, together


@dataclass
class Debits(Scenario):
    """Some ten calls in some seconds, while an operator grants."""

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        if sim.chance.work.random() < 0.5:
            await self.opens(sim, TWO)
        await self._granted(sim, 20)

    async def work(self, sim: Simulation) -> None:
        await together(self._calls(sim), self._granted(sim, 50), self._granted(sim, 8))

    async def _granted(self, sim: Simulation, units: int) -> None:
        await pause(sim, 5)
        wish = Wish(ONE, f"order {len(self.grants)}", units * UNIT)
        self.grants.append(wish)
        await grants(sim, wish)

    async def _calls(self, sim: Simulation) -> None:
        chance = sim.chance.work
        longest = chance.choice((0.05, 0.5, 20.0))
        calls = [self._call(sim, number) for number in range(chance.randint(3, 9))]
        calls += [chance.choice(calls) for _ in range(chance.randint(0, 4))]
        calls += [self._altered(sim, chance.choice(calls)) for _ in range(chance.randint(0, 2))]
        chance.shuffle(calls)
        while calls:
            together_in_one = chance.choice((1, 1, 1, 2, 3))
            self.sends(sim, *calls[:together_in_one])
            calls = calls[together_in_one:]
            await pause(sim, longest)

    def _call(self, sim: Simulation, number: int) -> Sent:
        account = sim.chance.work.choice((ONE, ONE, ONE, *self.accounts, UNKNOWN))
        return some_call(sim.chance.work, account, f"call {number}", START)

    def _altered(self, sim: Simulation, sent: Sent) -> Sent:
        """The same source and id, another content."""
        return replace(some_call(sim.chance.work, sent.account, sent.id, START))
