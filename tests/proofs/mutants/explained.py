"""tests/explained_mutants.toml: the survivors that stay, each with its reason."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.machine.paths import ROOT
from tests.proofs.mutants.mutant import Mutant

EXPLAINED = ROOT / "tests" / "explained_mutants.toml"


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed, wherever it stands in its function: the file may grow above it."""

    file: str
    function: str
    before: str
    after: str


def explanations(path: Path) -> Mapping[Change, str]:
    """Each explained change and its reason."""
    rows = tomllib.loads(path.read_text()).get("survivor", [])
    return {Change(row["file"], row["function"], row["before"], row["after"]): row["reason"] for row in rows}


def sort_out(
    survivors: Iterable[Mutant], reasons: Mapping[Change, str]
) -> tuple[Sequence[tuple[Mutant, str]], Sequence[Mutant]]:
    """The survivors that are explained, with their reasons, and those that are not."""
    explained, unexplained = [], []
    for mutant in survivors:
        reason = reasons.get(Change(mutant.file, mutant.function, mutant.before, mutant.after))
        if reason is None:
            unexplained.append(mutant)
        else:
            explained.append((mutant, reason))
    return explained, unexplained
