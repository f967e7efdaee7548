"""Searches for planted bugs: runs each bug's scenario seed by seed until an invariant is violated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.simulation.planted import BUGS
from tests.simulation.planted.bug import Bug
from tests.simulation.runs import simulate

FOUND_IT = {
    "alarm dropped unseen": 40,
    "alarm gone before outbox": 134,
    "any page is mine": 3,
    "braked in silence": 3,
    "dispute without pause": 10,
    "every catch-up sends again": 442,
    "forgotten before sent": 9,
    "hold without an alarm": 56,
    "judged by another's event": 42,
    "late notices lost": 21,
    "leg not marked": 9,
    "lots side by side": 7,
    "month of the wish": 5,
    "new key per try": 39,
    "new payment per retry": 4,
    "on without a card": 5,
    "poison without marker": 3,
    "recharged while braked": 3,
    "records forgotten": 31,
    "refund and debit race": 66,
    "refund lost": 11,
    "refund twice": 19,
    "refused card again": 313,
    "release gives up": 5,
    "removal forgets": 6,
    "reserve kept": 5,
    "time-out means failure": 10,
    "unchecked load": 5,
    "unopened alarm dropped": 118,
    "zero notice lost": 10,
}
"""The seeds that found the bugs whose search took more than three seeds. Tests try them first."""


@dataclass(frozen=True)
class SearchResult:
    """The result of the search for one bug: how many seeds were tried, the last one, and the violation it found."""

    name: str
    within: int
    seeds: int
    last: int
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


def search_for(bug: Bug, first: Iterable[int] = ()) -> SearchResult:
    """Run seed after seed until one finds the bug, beginning with the seeds of *first*."""
    numbers = list(dict.fromkeys([*first, *range(bug.within)]))
    with bug.planted():
        for tried, number in enumerate(numbers, start=1):
            outcome = simulate(bug.scenario, seed_of(number))
            if outcome.violations:
                return SearchResult(bug.name, bug.within, tried, number, outcome.violations[0])
    return SearchResult(bug.name, bug.within, len(numbers), numbers[-1], "")


def search_for_all() -> Sequence[SearchResult]:
    """Search for every bug."""
    return [search_for(bug) for bug in BUGS]
