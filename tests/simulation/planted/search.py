"""Searches for planted bugs: runs each bug's scenario seed by seed until an invariant is violated."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.planted import BUGS
from tests.simulation.planted.bug import Bug
from tests.simulation.runs import simulate


@dataclass(frozen=True)
class SearchResult:
    """The result of the search for one bug: the number of seeds, and the violation that revealed it."""

    name: str
    within: int
    seeds: int
    words: str

    @property
    def was_found(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        result = f"seed {self.seeds} of {self.within}: {self.words[:100]}" if self.was_found else "NOT FOUND"
        return f"{self.name:<26} {result}"


def seed_of(number: int) -> str:
    """The seeds of the search, which do not depend on the order of the scenarios."""
    return f"planted {number}"


def search_for(bug: Bug) -> SearchResult:
    """Run seed after seed until one finds the bug."""
    with bug.planted():
        for number in range(bug.within):
            outcome = simulate(bug.scenario, seed_of(number))
            if outcome.violations:
                return SearchResult(bug.name, bug.within, number + 1, outcome.violations[0])
    return SearchResult(bug.name, bug.within, bug.within, "")


def search_for_all() -> Sequence[SearchResult]:
    """Search for every bug."""
    return [search_for(bug) for bug in BUGS]
