"""No invariant is violated, with random faults by any seed."""

import random
import sys

import pytest

from tests.simulation.engine.faults import Fault, Mishap, no_faults
from tests.simulation.parallel_runs import run_seed, run_seeds
from tests.simulation.regressions import REGRESSIONS
from tests.simulation.runs import simulate
from tests.simulation.scenarios import SCENARIOS

FRESH = 30
"""Number of new random seeds; `./dev prove simulation` runs thousands."""

KNOWN, ENOUGH = 30, 500
"""Minimum and maximum number of known seeds; runs continue until every kind of fault has happened."""


def test_new_seeds_violate_no_invariant(capsys):
    first = random.randrange(1, 2**31)
    with capsys.disabled():
        sys.stdout.write(f"\nsimulation: seeds {first} to {first + FRESH - 1} ")
    summary = run_seeds(range(first, first + FRESH))
    assert summary.failed == [], "for the event log: ./dev prove simulation --seed N"


def test_known_seeds_violate_no_invariant_and_cause_every_kind_of_fault():
    summary, missing = run_seeds(range(1, KNOWN + 1)), [*Fault, *Mishap]
    while missing := [kind for kind in missing if not summary.counts[kind]]:
        assert summary.runs < ENOUGH, f"never happened: {missing}"
        summary.merge(run_seeds(range(summary.runs + 1, summary.runs + 11)))
    assert summary.failed == []


@pytest.mark.parametrize("once", REGRESSIONS, ids=lambda once: f"{once.scenario} {once.seed}")
def test_seeds_that_once_found_a_bug_pass(once):
    assert simulate(once.scenario, once.seed).violations == [], once.bug


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_passes_without_faults_and_makes_external_calls(scenario):
    outcome = simulate(scenario, "1", no_faults())
    assert outcome.violations == []
    assert len(outcome.calls) > 5


def test_an_event_log_can_be_read():
    outcome = run_seed(7, logged=True)
    text = str(outcome.log)
    assert "faults from here on" in text
    assert "no faults from here on" in text
    assert "ledger.transact" in text
