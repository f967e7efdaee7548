"""Runs mutmut on one package."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import monotonic

from local.machine.paths import ROOT
from tests.proofs.mutants.packages import Package

SECONDS_BETWEEN_LINES = 15.0

_PROGRESS = re.compile(r"(\d+)/(\d+) +🎉 (\d+)")


class CannotJudgeError(Exception):
    """The tests fail on the unchanged code, or mutmut could not run them."""


def run_mutmut(package: Package, copy: Path, storage: str, children: int, names: Sequence[str]) -> None:
    """Test the mutants *names*, or all of them if *names* is empty, at low priority, and print progress.

    Raises `CannotJudgeError`.
    """
    reference = os.environ.get("CREDITS_REFERENCE") or str(ROOT.parent / "shared")
    print(f"{package.name}: tested by {', '.join(package.tests)}", flush=True)
    with subprocess.Popen(
        ["nice", "-n", "10", Path(sys.executable).with_name("mutmut"), "run", "--max-children", str(children), *names],
        cwd=copy,
        env=os.environ | {"CREDITS_TEST_STORAGE": storage, "CREDITS_REFERENCE": reference, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None, "it is a pipe"
        try:
            said = _shown(package, running.stdout)
        except BaseException:
            os.killpg(running.pid, signal.SIGTERM)  # also the mutants under test
            raise
    if running.returncode != 0:
        raise CannotJudgeError("".join(said))


def _shown(package: Package, lines: Iterable[str]) -> list[str]:
    """Print mutmut's progress every few seconds, and return the last *lines*, which carriage returns end, too."""
    said, shown = [""], monotonic()
    for line in lines:
        said = [*said[-60:], line]
        progress = _PROGRESS.search(line)
        if progress and monotonic() - shown > SECONDS_BETWEEN_LINES:
            tried, mutants, killed = progress.groups()
            print(f"{package.name}: {tried} of {mutants} tested, {killed} killed", flush=True)
            shown = monotonic()
    return said
