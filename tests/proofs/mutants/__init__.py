"""`./dev mutants [PATH]`: whether the tests notice when the code is wrong.

mutmut breaks `shared/` (or PATH in it) in one place at a time, in a copy of the tree, and runs the tests that judge the
room. A mutant that no test notices survives. The score by room, and every survivor, are printed at the end.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from local.machine.azurite import azurite
from local.machine.paths import ROOT
from tests.proofs.mutants.explained import EXPLAINED, explanations, sort_out
from tests.proofs.mutants.mutant import Mutant
from tests.proofs.mutants.mutmut_run import CannotJudgeError, run_mutmut
from tests.proofs.mutants.results import read_verdicts
from tests.proofs.mutants.rooms import Room, rooms_of
from tests.proofs.mutants.score import Score, print_scores, print_survivors
from tests.proofs.mutants.working_copy import configure, copy_tree, sample

CHILDREN = 2
"""Mutants under test at a time. Some of them wait for what will never come, and keep no core busy."""


def run(arguments: list[str]) -> int:
    """Try every mutant below PATH; 0 when each room that is held to a score reaches it."""
    parser = argparse.ArgumentParser(prog="./dev mutants", description=__doc__)
    parser.add_argument("path", nargs="?", default="shared", help="a file or folder in shared/ (all of it)")
    parser.add_argument("--children", type=int, default=CHILDREN, help="mutants under test at a time (%(default)s)")
    parser.add_argument("--sample", type=int, metavar="N", help="try N mutants of each room, not all")
    parser.add_argument("--seed", type=int, default=1, help="which of them (%(default)s)")
    chosen = parser.parse_args(arguments)
    path = (ROOT / chosen.path).resolve()
    if not path.exists() or not path.is_relative_to(ROOT / "shared"):
        parser.error(f"{chosen.path} is not in shared/")
    scores: list[Score] = []
    with TemporaryDirectory(prefix="mutants-") as scratch, azurite(Path(scratch), None) as storage:
        for room in rooms_of(path):
            copy = Path(scratch) / room.name
            copy_tree(copy)
            configure(copy, room, path)
            names = sample(copy, chosen.sample, chosen.seed) if chosen.sample else ()
            try:
                run_mutmut(room, copy, storage, chosen.children, names)
            except CannotJudgeError as wrong:
                print(f"{room.name}: {wrong}", flush=True)
                return 1
            scores.append(_score(room, read_verdicts(copy)))
            print_survivors(scores[-1])
    print_scores(scores)
    return int(any(not score.is_reached for score in scores))


def _score(room: Room, tried: list[Mutant]) -> Score:
    """The room's score. Words for people count only where they are the product."""
    mutants = [mutant for mutant in tried if room.is_wording or not mutant.is_prose]
    survivors = [mutant for mutant in mutants if not mutant.is_killed]
    explained, unexplained = sort_out(survivors, explanations(EXPLAINED))
    return Score(room, len(mutants), explained, unexplained)
