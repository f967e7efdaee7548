"""Executes one run of one scenario with one seed."""

import logging
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.checks.final_state import findings
from tests.simulation.checks.holds import Holds
from tests.simulation.checks.money import Money
from tests.simulation.checks.recharges import Recharges
from tests.simulation.checks.transactions import Transactions
from tests.simulation.checks.usage import Usage
from tests.simulation.checks.wakeups import Wakeups
from tests.simulation.engine.event_log import EventLog
from tests.simulation.engine.faults import Call, Faults, PlannedFaults, RandomFaults
from tests.simulation.engine.limits import small_limits
from tests.simulation.engine.randomness import Randomness
from tests.simulation.engine.simulation import Simulation, ViolationError
from tests.simulation.engine.virtual_time import StalledError, determined
from tests.simulation.provider_totals import provider_totals
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.scenarios.reconciliations import reconcile_last
from tests.simulation.scenarios.scenario import Scenario
from tests.simulation.settling import end_faults, settle
from tests.workload.work import SIMULATIONS, WORK


@dataclass(frozen=True)
class Outcome:
    """The result of a run. *violations* is empty if no invariant was violated. *counts*: faults.
    *totals*: what happened at the payment provider.
    """

    scenario: str
    seed: str
    violations: list[str]
    counts: Counter[str]
    log: EventLog
    calls: list[Call] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)


def simulate(scenario: str, seed: str, faults: Faults | None = None, *, logged: bool = False) -> Outcome:
    """Run *scenario* with *faults* (None: random by the seed). The same arguments lead to the same run."""
    WORK.add(SIMULATIONS)
    name = f"{scenario} {seed}"
    randomness, log = Randomness(name), EventLog(enabled=logged)
    instance = SCENARIOS[scenario]()
    faults = faults or RandomFaults(randomness.faults, instance.max_rate, instance.focus)
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with determined(name), small_limits(randomness.limits, instance.limits):
            sim = Simulation(name, faults, randomness, log, instance.began)
            _run(sim, instance)
    finally:
        logging.disable(before)
    calls = faults.calls if isinstance(faults, PlannedFaults) else []
    return Outcome(scenario, seed, sim.violations, faults.counts, log, calls, provider_totals(sim))


def _run(sim: Simulation, scenario: Scenario) -> None:
    try:
        sim.loop.run_until_complete(sim.run_until_violation(_whole(sim, scenario)))
    except ViolationError:
        pass
    except StalledError as stalled:
        sim.violations.append(str(stalled))
    finally:
        sim.loop.end()
    sim.violations += [f"error in the simulation: {error!r}" for error in sim.loop.broken]


async def _whole(sim: Simulation, scenario: Scenario) -> None:
    transactions = Transactions(sim, lots_max=scenario.lots_max)
    money = Money(sim, transactions)
    recharges = Recharges(sim)
    Usage(sim)
    Holds(sim)
    Wakeups(sim)
    await scenario.prepare(sim)
    sim.start()
    sim.response_rows = max(sim.response_rows, scenario.rows_min)
    sim.loop.call_later(scenario.horizon, end_faults, sim)
    await scenario.run(sim)
    end_faults(sim)
    await settle(sim)
    if scenario.is_reconciled_last:
        await reconcile_last(sim)
        await settle(sim)
    sim.remove_delays()
    async for words in findings(sim, scenario, money, recharges, transactions):
        sim.fail(words)
