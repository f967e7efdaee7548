"""One or two faults at external calls: a sample of what `./dev prove sweep` tests completely."""

import random
from collections import Counter

import pytest

from tests.simulation.engine.faults import POSSIBLE, Fault
from tests.simulation.parallel_runs import Summary, progress_of, run_cases
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.sweep import calls, pairs, sample, singles

SINGLE, PAIRS = 4, 1
"""Runs of a scenario with one fault, and with two."""


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_one_or_two_faults_violate_no_invariant(scenario):
    rng = random.Random()
    summary = run_cases([*rng.sample(list(singles(scenario, "1")), SINGLE), *pairs(scenario, "1", rng, PAIRS)])
    assert summary.failed == []


def test_a_small_scenario_is_tested_with_every_single_fault():
    cases = list(singles("strangers", "2"))
    summary = run_cases(cases)
    assert summary.failed == []
    assert summary.runs == len(cases)
    assert sum(summary.counts.values()) == len(cases)


def test_a_sweep_has_a_case_for_every_call_with_every_possible_fault():
    cases = list(singles("suspense", "1"))
    known = calls("suspense", "1")
    assert len(cases) == sum(len(POSSIBLE[call.kind]) for call in known)
    assert {fault for case in cases for fault in case.plan.values()} == set(Fault)


def test_a_longer_sweep_is_sampled_in_order():
    cases = list(singles("strangers", "2"))
    some = sample(cases, random.Random(1), 10)
    assert len(some) == 10
    assert [cases.index(case) for case in some] == sorted(cases.index(case) for case in some)
    assert sample(cases, random.Random(1), len(cases)) == cases


def test_the_progress_says_how_long_the_rest_takes():
    done = Summary(runs=50, counts=Counter(), failed=["seed 3"])
    assert progress_of(done, 200, 60.0) == "50 of 200 runs, 1 violations; about 3 min left"
    assert progress_of(Summary(), 200, 60.0) == "0 of 200 runs, 0 violations; about 0 min left"
