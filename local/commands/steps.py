"""Runs tools one after the other, shows the output of each, and names those that failed."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from local.machine.paths import ROOT
from operations.plural import count_of


@dataclass(frozen=True, slots=True)
class Step:
    """A tool of the virtual environment, and its arguments."""

    tool: str
    arguments: tuple[str, ...]

    @property
    def title(self) -> str:
        """The command line."""
        return " ".join((self.tool, *self.arguments))


CHECKS = (
    Step("ruff", ("check", ".")),
    Step("ruff", ("format", "--check", ".")),
    Step("mypy", (".",)),
    Step("lint-imports", ()),
    Step("python", ("-m", "local.infra")),
)


def run_all(steps: Sequence[Step]) -> int:
    """Run every step, even after one that failed; 0 only when all succeeded."""
    failed = []
    for step in steps:
        print(f"--- {step.title}", flush=True)
        started = monotonic()
        tool = Path(sys.executable).with_name(step.tool)
        done = subprocess.run([tool, *step.arguments], cwd=ROOT, check=False)
        print(f"    {'ok' if done.returncode == 0 else 'FAILED'} in {monotonic() - started:.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(step.title)
    print(f"failed: {', '.join(failed)}" if failed else f"{count_of(len(steps), 'step')} passed", flush=True)
    return int(bool(failed))
