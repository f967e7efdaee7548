"""`./dev mutants [PATH]`: mutation tests, which show whether the tests notice when the code is wrong.

mutmut changes `shared/` (or PATH in it) in one place at a time, in a copy of the tree, and runs the tests of the
changed package. A mutant that no test notices survives. The score of each package and every survivor are printed.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from local.machine.azurite import azurite
from local.machine.paths import ROOT
from tests.proofs.mutants.explained import EXPLAINED, explanations, split_explained
from tests.proofs.mutants.mutant import Mutant
from tests.proofs.mutants.mutmut_run import CannotJudgeError, run_mutmut
from tests.proofs.mutants.packages import Package, packages_of
from tests.proofs.mutants.results import read_verdicts
from tests.proofs.mutants.score import Score, print_scores, print_survivors
from tests.proofs.mutants.working_copy import configure, copy_tree, sample

CHILDREN = 2
"""Mutants tested concurrently. Some of them hang, and do not use a core."""


def run(arguments: list[str]) -> int:
    """Test every mutant below PATH; 0 when each package with a minimum score reaches it, else 1."""
    parser = argparse.ArgumentParser(prog="./dev mutants", description=__doc__)
    parser.add_argument("path", nargs="?", default="shared", help="a file or folder in shared/ (default: all of it)")
    parser.add_argument("--children", type=int, default=CHILDREN, help="concurrent tests (default: %(default)s)")
    parser.add_argument("--sample", type=int, metavar="N", help="test only N random mutants of each package")
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    path = (ROOT / chosen.path).resolve()
    if not path.exists() or not path.is_relative_to(ROOT / "shared"):
        parser.error(f"{chosen.path} is not in shared/")
    scores: list[Score] = []
    with TemporaryDirectory(prefix="mutants-") as scratch, azurite(Path(scratch), None) as storage:
        for package in packages_of(path):
            copy = Path(scratch) / package.name
            copy_tree(copy)
            configure(copy, package, path)
            names = sample(copy, chosen.sample, chosen.seed) if chosen.sample else ()
            try:
                run_mutmut(package, copy, storage, chosen.children, names)
            except CannotJudgeError as wrong:
                print(f"{package.name}: {wrong}", flush=True)
                return 1
            scores.append(_score(package, read_verdicts(copy)))
            print_survivors(scores[-1])
    print_scores(scores)
    return int(any(not score.is_reached for score in scores))


def _score(package: Package, tried: list[Mutant]) -> Score:
    """The package's score. Changed text for people counts only in packages that produce such text."""
    mutants = [mutant for mutant in tried if package.produces_text or not mutant.is_prose]
    survivors = [mutant for mutant in mutants if not mutant.is_killed]
    explained, unexplained = split_explained(survivors, explanations(EXPLAINED))
    return Score(package, len(mutants), explained, unexplained)
