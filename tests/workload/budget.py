"""The budget in tests/budget.toml, and what exceeds it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.workload.work import KINDS

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "budget.toml"

Budget = Mapping[str, Mapping[str, int]]
"""The most work of a kind by folder; a kind that is not listed is 0."""


def read_budget() -> Budget:
    """The budget of every folder."""
    budget: Budget = tomllib.loads(FILE.read_text())
    return budget


def excess(counts: Mapping[tuple[str, str], int], budget: Budget) -> list[str]:
    """A line for each kind of work that exceeds the budget of its folder."""
    return [
        f"tests/{folder}: {count} {kind}, and the budget is {allowed}"
        for (folder, kind), count in sorted(counts.items())
        if count > (allowed := budget.get(folder, {}).get(kind, 0))
    ]


def flaws(budget: Budget) -> list[str]:
    """Rows and numbers of the budget that mean nothing."""
    places = [f"{folder} is not a folder of tests" for folder in budget if not (FILE.parent / folder).is_dir()]
    return places + [
        f"{folder}: {kind} = {number}"
        for folder, row in budget.items()
        for kind, number in row.items()
        if kind not in KINDS or number < 1
    ]


ADVICE = """\
Use what the other tests of the folder have started: the fixtures `azurite` and `machine`, or a fixture of the module.
Test in this process what does not need a process, and a rule with fewer examples. If the work is necessary, raise the
number in tests/budget.toml, and say in the commit's message why. docs/testing.md explains the budget."""
