"""Planted bugs are found within a given number of seeds; without them, the same seeds pass."""

import pytest

from tests.simulation.planted import BUGS
from tests.simulation.planted.search import FOUND_IT, search_for, seed_of
from tests.simulation.runs import simulate


def test_there_are_at_least_twelve_bugs_with_distinct_names():
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 12
    assert set(FOUND_IT) <= {bug.name for bug in BUGS}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found_and_without_it_the_same_seed_passes(bug):
    result = search_for(bug, first=[FOUND_IT[bug.name]] if bug.name in FOUND_IT else [])
    assert result.was_found, f"{bug.sentence}: not found within {bug.within} seeds of {bug.scenario}"
    assert "TypeError" not in result.words, "the bug no longer fits the code, and raises an error of its own"
    assert simulate(bug.scenario, seed_of(result.last)).violations == []
