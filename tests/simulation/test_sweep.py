"""One fault at an outside call, and two: a sample of what `./dev prove sweep` does completely."""

import random

import pytest

from tests.simulation.engine.faults import POSSIBLE, Fault
from tests.simulation.parallel_runs import run_cases
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.sweep import calls, pairs, singles

SAMPLE = 10


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_one_fault_anywhere_and_two_break_nothing(scenario):
    chance = random.Random()
    together = run_cases([*chance.sample(list(singles(scenario, "1")), SAMPLE), *pairs(scenario, "1", chance, 2)])
    assert together.failed == []


def test_a_small_scenario_is_swept_completely():
    cases = list(singles("strangers", "2"))
    together = run_cases(cases)
    assert together.failed == []
    assert together.runs == len(cases)
    assert sum(together.counts.values()) == len(cases)


def test_every_call_meets_everything_that_it_can_meet():
    cases = list(singles("suspense", "1"))
    known = calls("suspense", "1")
    assert len(cases) == sum(len(POSSIBLE[call.kind]) for call in known)
    assert {fault for case in cases for fault in case.plan.values()} == set(Fault)
