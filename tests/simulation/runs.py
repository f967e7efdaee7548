"""One run of one scenario by one seed, and many of them."""

import logging
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.checks.ending import findings
from tests.simulation.checks.money import Money
from tests.simulation.checks.transactions import Transactions
from tests.simulation.checks.usage import Usage
from tests.simulation.checks.wakeups import Wakeups
from tests.simulation.engine.event_log import Story
from tests.simulation.engine.faults import Call, Faults, Luck, Script
from tests.simulation.engine.limits import small_limits
from tests.simulation.engine.randomness import Chance
from tests.simulation.engine.simulation import Simulation, ViolationError
from tests.simulation.engine.virtual_time import StalledError, determined
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.scenarios.scenario import Scenario
from tests.simulation.settling import calm, come_to_rest


@dataclass(frozen=True)
class Outcome:
    """What a run came to. *violations* is empty when every invariant held."""

    scenario: str
    seed: str
    violations: list[str]
    counts: Counter[str]
    story: Story
    calls: list[Call] = field(default_factory=list)


def simulate(scenario: str, seed: str, faults: Faults | None = None, *, told: bool = False) -> Outcome:
    """Run *scenario*; with *faults* None they are drawn by the seed. The same arguments give the same run."""
    name = f"{scenario} {seed}"
    chance, story = Chance(name), Story(told=told)
    played = SCENARIOS[scenario]()
    faults = faults or Luck(chance.faults, played.worst, played.focus)
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with determined(name), small_limits(chance.limits, played.limits):
            sim = Simulation(name, faults, chance, story)
            _run(sim, played)
    finally:
        logging.disable(before)
    calls = faults.calls if isinstance(faults, Script) else []
    return Outcome(scenario, seed, sim.violations, faults.counts, story, calls)


def _run(sim: Simulation, scenario: Scenario) -> None:
    try:
        sim.loop.run_until_complete(sim.unbroken(_whole(sim, scenario)))
    except ViolationError:
        pass
    except StalledError as stalled:
        sim.violations.append(str(stalled))
    finally:
        sim.loop.end()
    sim.violations += [f"the simulation: {error!r}" for error in sim.loop.broken]


async def _whole(sim: Simulation, scenario: Scenario) -> None:
    transactions = Transactions(sim, lots_max=scenario.lots_max)
    money = Money(sim, transactions)
    Usage(sim)
    Wakeups(sim)
    await scenario.prepare(sim)
    sim.start()
    sim.response_rows = max(sim.response_rows, scenario.rows_min)
    sim.loop.call_later(scenario.horizon, calm, sim)
    await scenario.work(sim)
    calm(sim)
    await come_to_rest(sim)
    sim.rest()
    async for words in findings(sim, scenario, money, transactions):
        sim.fail(words)
