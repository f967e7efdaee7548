"""Whatever goes wrong by whatever seed, every invariant holds."""

import random
import sys

import pytest

from tests.simulation.engine.faults import Fault, Mishap, no_faults
from tests.simulation.parallel_runs import run_seed, run_seeds
from tests.simulation.regressions import REGRESSIONS
from tests.simulation.runs import simulate
from tests.simulation.scenarios import SCENARIOS

FRESH = 100
"""Seeds that nobody has seen before; `./dev prove simulation` runs thousands."""

KNOWN, ENOUGH = 80, 500
"""So many at least, and more until every kind of fault has happened."""


def test_fresh_seeds_hold(capsys):
    first = random.randrange(1, 2**31)
    with capsys.disabled():
        sys.stdout.write(f"\nsimulation: seeds {first} to {first + FRESH - 1} ")
    together = run_seeds(range(first, first + FRESH))
    assert together.failed == [], "tell the story: ./dev prove simulation --seed N"


def test_known_seeds_hold_and_meet_every_kind_of_fault():
    together, missing = run_seeds(range(1, KNOWN + 1)), [*Fault, *Mishap]
    while missing := [kind for kind in missing if not together.counts[kind]]:
        assert together.runs < ENOUGH, f"never happened: {missing}"
        together.merge(run_seeds(range(together.runs + 1, together.runs + 11)))
    assert together.failed == []


@pytest.mark.parametrize("once", REGRESSIONS, ids=lambda once: f"{once.scenario} {once.seed}")
def test_what_once_broke_holds(once):
    assert simulate(once.scenario, once.seed).violations == [], once.once


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_without_faults_nothing_goes_wrong_and_every_scenario_does_something(scenario):
    outcome = simulate(scenario, "1", no_faults())
    assert outcome.violations == []
    assert len(outcome.calls) > 5


def test_a_story_can_be_read():
    outcome = run_seed(7, told=True)
    words = str(outcome.story)
    assert "from here on things go wrong" in words
    assert "from here on nothing goes wrong" in words
    assert "ledger.transact" in words
