"""mutmut on one room."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import monotonic

from local.machine.paths import ROOT
from tests.proofs.mutants.rooms import Room

SECONDS_BETWEEN_LINES = 15.0

_PROGRESS = re.compile(r"(\d+)/(\d+) +🎉 (\d+)")


class CannotJudgeError(Exception):
    """The tests do not pass on the code as it is, or mutmut could not run them."""


def run_mutmut(room: Room, copy: Path, storage: str, children: int, names: Sequence[str]) -> None:
    """Try the mutants *names*, or every one where none is named, at a low priority, with a line of progress now and
    then. Raises `CannotJudgeError`.
    """
    reference = os.environ.get("CREDITS_REFERENCE") or str(ROOT.parent / "shared")
    print(f"{room.name}: judged by {', '.join(room.judges)}", flush=True)
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
            said = _shown(room, running.stdout)
        except BaseException:
            os.killpg(running.pid, signal.SIGTERM)  # the mutants under test, too
            raise
    if running.returncode != 0:
        raise CannotJudgeError("".join(said))


def _shown(room: Room, lines: Iterable[str]) -> list[str]:
    """The last *lines* of mutmut, whose carriage returns end lines, too; every few seconds its progress is printed."""
    said, shown = [""], monotonic()
    for line in lines:
        said = [*said[-60:], line]
        progress = _PROGRESS.search(line)
        if progress and monotonic() - shown > SECONDS_BETWEEN_LINES:
            tried, mutants, killed = progress.groups()
            print(f"{room.name}: {tried} of {mutants} tried, {killed} killed", flush=True)
            shown = monotonic()
    return said
