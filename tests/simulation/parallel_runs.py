"""Executes many runs on all cores, and summarises their results."""

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from tests.simulation.engine.faults import Fault
from tests.simulation.runs import Outcome, simulate
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.sweep import Case

T = TypeVar("T")

AT_ONCE = 25
"""Runs per task of a worker process."""

EXAMPLES_MAX = 20

REPORT_SECONDS = 30.0
"""Seconds between two reports of the progress."""


@dataclass
class Summary:
    """A summary of runs. *counts*: faults; *totals*: what happened at the payment provider. *failed* are the runs that
    violated an invariant, each with its first violation.
    """

    runs: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome, name: str) -> None:
        self.runs += 1
        self.counts += outcome.counts
        self.totals += outcome.totals
        if outcome.violations:
            self.failed.append(f"{name} ({outcome.scenario}): {outcome.violations[0]}")

    def merge(self, other: "Summary") -> None:
        self.runs += other.runs
        self.seconds += other.seconds
        self.counts += other.counts
        self.totals += other.totals
        self.failed = [*self.failed, *other.failed][:EXAMPLES_MAX]


def scenario_of(seed: int) -> str:
    """The scenario for a seed; consecutive seeds take the scenarios in turn."""
    return list(SCENARIOS)[seed % len(SCENARIOS)]


def run_seed(seed: int, *, logged: bool = False) -> Outcome:
    """Execute the run of a seed."""
    return simulate(scenario_of(seed), str(seed), logged=logged)


def run_seeds(seeds: Sequence[int]) -> Summary:
    """Execute the runs of these seeds in this process."""
    summary, began = Summary(), time.monotonic()
    for seed in seeds:
        summary.add(run_seed(seed), f"seed {seed}")
    summary.seconds = time.monotonic() - began
    return summary


def run_scenarios(runs: Sequence[tuple[str, str]]) -> Summary:
    """Execute these runs, each a scenario and a seed, in this process."""
    summary, began = Summary(), time.monotonic()
    for scenario, seed in runs:
        summary.add(simulate(scenario, seed), f"seed {seed}")
    summary.seconds = time.monotonic() - began
    return summary


def run_cases(cases: Sequence[Case]) -> Summary:
    """Execute these cases of a sweep in this process."""
    summary, began = Summary(), time.monotonic()
    for case in cases:
        summary.add(case.run(), description_of(case))
    summary.seconds = time.monotonic() - began
    return summary


def description_of(case: Case) -> str:
    """A description of a case."""
    faults = " and ".join(f"{Fault(fault).value} at call {number}" for number, fault in sorted(case.plan.items()))
    return f"{case.scenario}, seed {case.seed}, {faults}"


def on_all_cores(
    run: Callable[[Sequence[T]], Summary],
    work: Sequence[T],
    report: Callable[[str], None],
) -> Summary:
    """Distribute *work* over one process per core. *report* gets the progress now and then."""
    whole, began, reported = Summary(), time.monotonic(), time.monotonic()
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), spawned) as pool:
        for part in pool.map(run, list(_pieces(work))):
            whole.merge(part)
            now = time.monotonic()
            if now - reported >= REPORT_SECONDS:
                reported = now
                report(progress_of(whole, len(work), now - began))
    return whole


def progress_of(done: Summary, runs: int, seconds: float) -> str:
    """How many of *runs* are done after *seconds*, with how many violations, and about how long the rest takes."""
    rest = seconds / done.runs * (runs - done.runs) if done.runs else 0.0
    return f"{done.runs} of {runs} runs, {len(done.failed)} violations; about {rest / 60:.0f} min left"


def _pieces(work: Iterable[T]) -> Iterator[Sequence[T]]:
    left = iter(work)
    while piece := list(islice(left, AT_ONCE)):
        yield piece
