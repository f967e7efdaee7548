"""Child processes: each in a group of its own, its words in a log file, ended and waited for whatever happens."""

import atexit
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from socket import socket
from time import monotonic, sleep
from typing import TypeVar

from local.machine import watchdog
from local.machine.paths import ROOT

T = TypeVar("T")

LOOK = 0.02
"""Seconds between two looks at a condition; a look costs a system call."""

LAST_LINES = 20


class ChildError(Exception):
    """A process died, or did not get where it should; the words hold the last lines of its log."""


@cache
def _guard() -> subprocess.Popen[str]:
    """One guard for all children of this process. It outlives a SIGKILL of this process, and nothing else.

    At an orderly exit it is waited for, and with it whatever was still running.
    """
    script = [sys.executable, "-I", "-S", watchdog.__file__]
    started = subprocess.Popen(script, stdin=subprocess.PIPE, text=True, bufsize=1, start_new_session=True)
    atexit.register(started.communicate)
    return started


def _tell_guard(word: str, group: int) -> None:
    """Say that a group has started (`+`) or ended (`-`)."""
    pipe = _guard().stdin
    assert pipe is not None
    pipe.write(f"{word}{group}\n")


_RUNNING: "list[Child]" = []


def first_to_end() -> "Child":
    """Wait until a child ends that nobody has ended, and return it."""
    while True:
        for child in _RUNNING:
            if not child.alive:
                return child
        sleep(LOOK)


class Child:
    """One running process."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str],
        doors: Sequence[socket] = (),
        folder: Path = ROOT,
    ) -> "Child":
        """Start *command* in *folder*; *doors* are listening sockets that it takes over under the same numbers."""
        with log.open("ab") as words:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
                cwd=folder,
                start_new_session=True,
                pass_fds=[door.fileno() for door in doors],
            )
        _tell_guard("+", process.pid)
        child = cls(name, process, log)
        _RUNNING.append(child)
        return child

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Signal it and whatever it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def wait(self, seconds: float) -> int:
        """Wait for its end and return its exit code, negative for a signal; ChildError when it takes longer."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired as late:
            raise ChildError(f"{self.name} still runs after {seconds:.0f} s\n{self.last_lines()}") from late
        if self in _RUNNING:
            _RUNNING.remove(self)
            _tell_guard("-", self._process.pid)
        return code

    def end(self, grace: float) -> None:
        """SIGTERM, and SIGKILL after *grace* seconds; it is gone when this returns."""
        if self.alive:
            self.send(signal.SIGCONT)  # a frozen process cannot hear
            self.send(signal.SIGTERM)
        try:
            self.wait(grace)
        except ChildError:
            self.send(signal.SIGKILL)
            self.wait(grace)

    def last_lines(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join([f"--- {self.name}, last lines of its log", *lines])

    def until(self, condition: Callable[[], T | None], what: str, seconds: float) -> T:
        """The first result of *condition* that is not None; ChildError when the child dies or time runs out."""
        deadline = monotonic() + seconds
        while (result := condition()) is None:
            if not self.alive:
                raise ChildError(f"{self.name} ended before {what}\n{self.last_lines()}")
            if monotonic() > deadline:
                raise ChildError(f"{self.name}: not {what} within {seconds:.0f} s\n{self.last_lines()}")
            sleep(LOOK)
        return result
