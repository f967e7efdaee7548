"""The sweep: one fault at every external call of a scenario in turn, and random pairs of faults."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from tests.simulation.engine.faults import Call, Fault, PlannedFaults, each, no_faults
from tests.simulation.runs import Outcome, simulate

Plan = dict[int, Fault]
"""The fault of each call, by the call's number since the start of faults."""


@dataclass(frozen=True)
class Case:
    """One run of a sweep."""

    scenario: str
    seed: str
    plan: Plan

    def run(self, *, logged: bool = False) -> Outcome:
        return simulate(self.scenario, self.seed, PlannedFaults(self.plan), logged=logged)


@cache
def calls(scenario: str, seed: str) -> Sequence[Call]:
    """The external calls of a run without faults."""
    undisturbed = simulate(scenario, seed, no_faults())
    assert not undisturbed.violations, undisturbed.violations
    return undisturbed.calls


def singles(scenario: str, seed: str) -> Iterator[Case]:
    """A case for every call with every possible fault."""
    for number, fault in each(calls(scenario, seed)):
        yield Case(scenario, seed, {number: fault})


def sample(cases: Sequence[Case], rng: Random, most: int) -> Sequence[Case]:
    """All *cases*, or a random sample of *most* of them, in their order."""
    if len(cases) <= most:
        return cases
    return [cases[number] for number in sorted(rng.sample(range(len(cases)), most))]


def pairs(scenario: str, seed: str, rng: Random, times: int) -> Iterator[Case]:
    """Cases with two random faults. The second call is counted in a run with the first fault."""
    possible = each(calls(scenario, seed))
    for _ in range(times):
        yield Case(scenario, seed, dict(rng.sample(possible, 2)))
