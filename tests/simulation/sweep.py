"""The sweep: one fault at every outside call of a scenario in turn, and some pairs. No luck involved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tests.simulation.engine.faults import Call, Fault, Script, each, no_faults
from tests.simulation.runs import Outcome, simulate

Plan = dict[int, Fault]
"""Which call meets what; calls are counted from the moment when things may go wrong."""


@dataclass(frozen=True)
class Case:
    """One run of a sweep."""

    scenario: str
    seed: str
    plan: Plan

    def run(self, *, told: bool = False) -> Outcome:
        return simulate(self.scenario, self.seed, Script(self.plan), told=told)


def calls(scenario: str, seed: str) -> Sequence[Call]:
    """The outside calls of a run in which nothing goes wrong."""
    undisturbed = simulate(scenario, seed, no_faults())
    assert not undisturbed.violations, undisturbed.violations
    return undisturbed.calls


def singles(scenario: str, seed: str) -> Iterator[Case]:
    """Every call with every fault that it can meet."""
    for number, fault in each(calls(scenario, seed)):
        yield Case(scenario, seed, {number: fault})


def pairs(scenario: str, seed: str, chance: Random, times: int) -> Iterator[Case]:
    """Two faults at two calls, chosen by *chance*; the second call is counted in a run that had the first fault."""
    possible = each(calls(scenario, seed))
    for _ in range(times):
        yield Case(scenario, seed, dict(chance.sample(possible, 2)))
