"""Bugs put into the real code are found within so many seeds; without them, the same seeds pass."""

import pytest

from tests.simulation.planted import BUGS
from tests.simulation.planted.hunt import seed_of, track
from tests.simulation.runs import simulate


def test_there_are_enough_of_them_and_each_has_a_name():
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 12


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_found_and_without_it_the_same_seed_passes(bug):
    prey = track(bug)
    assert prey.was_found, f"{bug.sentence}: not found within {bug.within} seeds of {bug.scenario}"
    assert "TypeError" not in prey.words, "the bug does not fit the code any more, and found itself"
    assert simulate(bug.scenario, seed_of(prey.seeds - 1)).violations == []
