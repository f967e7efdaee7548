"""The hunt for planted bugs: each in its scenario, seed by seed, until an invariant breaks."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.simulation.planted import BUGS
from tests.simulation.planted.bug import Bug
from tests.simulation.runs import simulate


@dataclass(frozen=True)
class Prey:
    """What came of the hunt for one bug: after how many seeds it was found, and by which words."""

    name: str
    within: int
    seeds: int
    words: str

    @property
    def was_found(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        came = f"seed {self.seeds} of {self.within}: {self.words[:100]}" if self.was_found else "NOT FOUND"
        return f"{self.name:<26} {came}"


def seed_of(number: int) -> str:
    """The hunt has its own seeds, so that a change of the scenarios' order does not move them."""
    return f"planted {number}"


def track(bug: Bug) -> Prey:
    """Seeds one after another; the first that finds it."""
    with bug.planted():
        for number in range(bug.within):
            outcome = simulate(bug.scenario, seed_of(number))
            if outcome.violations:
                return Prey(bug.name, bug.within, number + 1, outcome.violations[0])
    return Prey(bug.name, bug.within, bug.within, "")


def hunt() -> Sequence[Prey]:
    """Every bug."""
    return [track(bug) for bug in BUGS]
