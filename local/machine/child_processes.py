"""Child processes. Each has its own process group and writes to a log file. Each is always ended and waited for."""

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

POLL_SECONDS = 0.02
"""The time between two checks of a condition. A check costs a system call."""

LAST_LINES = 20


class ChildError(Exception):
    """A process ended, or did not become ready in time. The message has the last lines of its log."""


@cache
def _watchdog() -> subprocess.Popen[str]:
    """One watchdog for all children of this process. It ends them when this process is killed with SIGKILL.

    An orderly exit waits for it, and so for the children that it ends.
    """
    script = [sys.executable, "-I", "-S", watchdog.__file__]
    started = subprocess.Popen(script, stdin=subprocess.PIPE, text=True, bufsize=1, start_new_session=True)
    atexit.register(started.communicate)
    return started


def _notify_watchdog(sign: str, group: int) -> None:
    """Report that a process group has started (`+`) or ended (`-`)."""
    pipe = _watchdog().stdin
    assert pipe is not None
    pipe.write(f"{sign}{group}\n")


_RUNNING: "list[Child]" = []


def first_to_end(on_check: Callable[[], None] = lambda: None) -> "Child":
    """Wait until a child ends by itself, and return it. *on_check* is called at each check."""
    while True:
        for child in _RUNNING:
            if not child.alive:
                return child
        on_check()
        sleep(POLL_SECONDS)


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
        listeners: Sequence[socket] = (),
        folder: Path = ROOT,
    ) -> "Child":
        """Start *command* in *folder*. It inherits *listeners*, listening sockets, under the same numbers."""
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
                cwd=folder,
                start_new_session=True,
                pass_fds=[listener.fileno() for listener in listeners],
            )
        _notify_watchdog("+", process.pid)
        child = cls(name, process, log)
        _RUNNING.append(child)
        return child

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process and to all that it has started."""
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
            _notify_watchdog("-", self._process.pid)
        return code

    def end(self, grace: float) -> None:
        """SIGTERM, and SIGKILL after *grace* seconds; the process has ended when this returns."""
        if self.alive:
            self.send(signal.SIGCONT)  # a stopped process does not react to SIGTERM
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
            sleep(POLL_SECONDS)
        return result
