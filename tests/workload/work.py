"""Counts the work that makes the tests slow, by the folder of the test that causes it."""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.machine import watchdog

PROCESSES, AZURITES, HOSTS = "processes", "azurites", "hosts"
EXAMPLES, SIMULATIONS = "examples", "simulations"
KINDS = (PROCESSES, AZURITES, HOSTS, EXAMPLES, SIMULATIONS)
"""Child processes of any kind, among them Azurites and hosts; examples of hypothesis; simulated runs of scenarios."""

STARTED_BY_A_COMMAND = {AZURITES: "azurite.js", HOSTS: "-m local.host "}
"""What the command line of such a process contains."""

ONCE_FOR_ALL = (watchdog.__file__, "uname -p")
"""The watchdog of child processes, and the command by which Python's `platform` finds the processor's name."""


@dataclass(slots=True)
class Work:
    """Counted work by (folder, kind). Work outside of any folder is shared by all tests and is not counted."""

    folder: str | None = None
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, kind: str, number: int = 1) -> None:
        """Count work of the current folder."""
        if self.folder is not None:
            self.counts[self.folder, kind] += number

    def add_process(self, command: Sequence[object]) -> None:
        """Count a child process, but not what each test process starts once, whichever test is the first."""
        line = " ".join(os.fsdecode(word) if isinstance(word, str | bytes | os.PathLike) else "" for word in command)
        if any(part in line for part in ONCE_FOR_ALL):
            return
        self.add(PROCESSES)
        for kind, part in STARTED_BY_A_COMMAND.items():
            if part in line:
                self.add(kind)

    @contextmanager
    def of(self, folder: str | None) -> Iterator[None]:
        """Work in this block belongs to *folder*; None for work that all tests share."""
        before, self.folder = self.folder, folder
        try:
            yield
        finally:
            self.folder = before


WORK = Work()
"""The work of this process."""


def count_processes() -> None:
    """From now on every child process that Python starts is counted."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "subprocess.Popen":
            command = arguments[1]
            WORK.add_process([command] if isinstance(command, str | bytes | os.PathLike) else list(command))

    sys.addaudithook(hook)
