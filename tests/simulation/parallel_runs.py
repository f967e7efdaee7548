"""Many runs on all cores, and what came of them together."""

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
"""Runs that a process gets in one piece."""

EXAMPLES_MAX = 20


@dataclass
class Together:
    """*failed* are the runs that broke an invariant, each with its first finding."""

    runs: int = 0
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome, name: str) -> None:
        self.runs += 1
        self.counts += outcome.counts
        if outcome.violations:
            self.failed.append(f"{name} ({outcome.scenario}): {outcome.violations[0]}")

    def merge(self, other: "Together") -> None:
        self.runs += other.runs
        self.seconds += other.seconds
        self.counts += other.counts
        self.failed = [*self.failed, *other.failed][:EXAMPLES_MAX]


def scenario_of(seed: int) -> str:
    """Seeds take the scenarios in turn."""
    return list(SCENARIOS)[seed % len(SCENARIOS)]


def run_seed(seed: int, *, told: bool = False) -> Outcome:
    """The run that belongs to a number."""
    return simulate(scenario_of(seed), str(seed), told=told)


def run_seeds(seeds: Sequence[int]) -> Together:
    """These seeds, in this process."""
    together, began = Together(), time.monotonic()
    for seed in seeds:
        together.add(run_seed(seed), f"seed {seed}")
    together.seconds = time.monotonic() - began
    return together


def run_cases(cases: Sequence[Case]) -> Together:
    """These cases of a sweep, in this process."""
    together, began = Together(), time.monotonic()
    for case in cases:
        together.add(case.run(), words_of(case))
    together.seconds = time.monotonic() - began
    return together


def words_of(case: Case) -> str:
    """A case as one would tell it."""
    faults = " and ".join(f"{Fault(fault).value} at call {number}" for number, fault in sorted(case.plan.items()))
    return f"{case.scenario}, seed {case.seed}, {faults}"


def on_all_cores(run: Callable[[Sequence[T]], Together], work: Iterable[T]) -> Together:
    """Share *work* among as many processes as there are cores."""
    whole = Together()
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), spawned) as pool:
        for part in pool.map(run, list(_pieces(work))):
            whole.merge(part)
    return whole


def _pieces(work: Iterable[T]) -> Iterator[Sequence[T]]:
    left = iter(work)
    while piece := list(islice(left, AT_ONCE)):
        yield piece
