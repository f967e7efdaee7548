"""The score of a room, and how it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.proofs.mutants.mutant import Mutant
from tests.proofs.mutants.rooms import Room


@dataclass(frozen=True, slots=True)
class Score:
    """What became of a room's mutants."""

    room: Room
    mutants: int
    explained: Sequence[tuple[Mutant, str]]
    survivors: Sequence[Mutant]

    @property
    def killed(self) -> int:
        """Mutants that a test noticed."""
        return self.mutants - len(self.explained) - len(self.survivors)

    @property
    def per_cent(self) -> float:
        """The mutants killed, of those that could be: what is explained is left out."""
        able = self.mutants - len(self.explained)
        return 100 * self.killed / able if able else 100.0

    @property
    def is_reached(self) -> bool:
        """Whether the score is what is wanted of the room, if anything is."""
        return self.room.wanted is None or self.per_cent >= self.room.wanted


def print_survivors(score: Score) -> None:
    """Each survivor with its place and its difference; an explained one with its reason."""
    for mutant, reason in score.explained:
        print(f"explained: {mutant}\n  = {reason}")
    for mutant in score.survivors:
        print(f"survived: {mutant}")
    print(flush=True)


def print_scores(scores: Sequence[Score]) -> None:
    """The table, as docs/testing.md has it."""
    print("| room | mutants | killed | survived | explained | score | wanted |\n|---|---|---|---|---|---|---|")
    for score in scores:
        counts = f"{score.mutants} | {score.killed} | {len(score.survivors)} | {len(score.explained)}"
        wanted = "" if score.room.wanted is None else f"{score.room.wanted} %{'' if score.is_reached else ', MISSED'}"
        print(f"| {score.room.name} | {counts} | {score.per_cent:.1f} % | {wanted} |")
