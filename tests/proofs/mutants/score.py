"""The score of a package, and how it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.proofs.mutants.mutant import Mutant
from tests.proofs.mutants.packages import Package


@dataclass(frozen=True, slots=True)
class Score:
    """The results of a package's mutants."""

    package: Package
    mutants: int
    explained: Sequence[tuple[Mutant, str]]
    survivors: Sequence[Mutant]

    @property
    def killed(self) -> int:
        """The number of mutants that a test noticed."""
        return self.mutants - len(self.explained) - len(self.survivors)

    @property
    def per_cent(self) -> float:
        """The share of killed mutants, without the explained ones."""
        countable = self.mutants - len(self.explained)
        return 100 * self.killed / countable if countable else 100.0

    @property
    def is_reached(self) -> bool:
        """Whether the score reaches the package's minimum; True if there is none."""
        return self.package.minimum is None or self.per_cent >= self.package.minimum


def print_survivors(score: Score) -> None:
    """Print each survivor with its place and change, and the explained ones with their reasons."""
    for mutant, reason in score.explained:
        print(f"explained: {mutant}\n  = {reason}")
    for mutant in score.survivors:
        print(f"survived: {mutant}")
    print(flush=True)


def print_scores(scores: Sequence[Score]) -> None:
    """Print a Markdown table, as in docs/testing.md."""
    print("| package | mutants | killed | survived | explained | score | minimum |\n|---|---|---|---|---|---|---|")
    for score in scores:
        counts = f"{score.mutants} | {score.killed} | {len(score.survivors)} | {len(score.explained)}"
        minimum = (
            ""
            if score.package.minimum is None
            else f"{score.package.minimum} %{'' if score.is_reached else ', MISSED'}"
        )
        print(f"| {score.package.name} | {counts} | {score.per_cent:.1f} % | {minimum} |")
