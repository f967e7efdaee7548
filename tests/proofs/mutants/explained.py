"""Reads tests/explained_mutants.toml: accepted survivors, each with its reason."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.machine.paths import ROOT
from tests.proofs.mutants.mutant import Mutant

EXPLAINED = ROOT / "tests" / "explained_mutants.toml"


@dataclass(frozen=True, slots=True)
class Change:
    """A change, identified without its line number, because the file may grow above it."""

    file: str
    function: str
    before: str
    after: str


def explanations(path: Path) -> Mapping[Change, str]:
    """The reason for each explained change."""
    rows = tomllib.loads(path.read_text()).get("survivor", [])
    return {Change(row["file"], row["function"], row["before"], row["after"]): row["reason"] for row in rows}


def split_explained(
    survivors: Iterable[Mutant], reasons: Mapping[Change, str]
) -> tuple[Sequence[tuple[Mutant, str]], Sequence[Mutant]]:
    """The explained survivors with their reasons, and the unexplained survivors."""
    explained, unexplained = [], []
    for mutant in survivors:
        reason = reasons.get(Change(mutant.file, mutant.function, mutant.before, mutant.after))
        if reason is None:
            unexplained.append(mutant)
        else:
            explained.append((mutant, reason))
    return explained, unexplained
