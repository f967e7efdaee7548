"""One embedded host as a process that can be killed, frozen, interrupted and started again at the same address."""

import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.machine.child_processes import Child
from local.machine.loopback import address_of, open_port
from local.machine.paths import ROOT
from local.machine.stand_in_process import answers

READY_SECONDS = 60.0
END_SECONDS = 30.0
"""More than the host gives to running invocations."""


class HostProcess:
    """A host and its door. What it serves, its settings and its log stay the same from start to start."""

    def __init__(self, name: str, door: socket.socket, command: Sequence[str], logs: Path) -> None:
        self.address = address_of(door)
        self.code = ROOT
        """Where the code lies that the next launch runs."""
        self._name = name
        self._door: socket.socket | None = door
        self._port = door.getsockname()[1]
        self._command = command
        self._log = logs / f"{name}.log"
        self._child: Child | None = None

    def launch(self, environment: Mapping[str, str]) -> None:
        """Start the process; `ready` waits for it. The door is its own from now on: when it dies, calls are refused."""
        door = self._door or open_port(self._port)
        self._door = None
        command = [sys.executable, "-m", "local.host", "--fd", str(door.fileno()), *self._command]
        self._child = Child.start(
            self._name, command, log=self._log, environment=environment, doors=[door], folder=self.code
        )
        door.close()

    def ready(self) -> None:
        """Wait until it answers; ChildError."""
        self._running().until(lambda: answers(f"{self.address}/admin/host/status"), "ready", READY_SECONDS)

    def _running(self) -> Child:
        assert self._child is not None, "launched before"
        return self._child

    def kill(self) -> None:
        """SIGKILL; it is gone when this returns, and nothing of what it did was finished."""
        self._running().send(signal.SIGKILL)
        self._running().wait(END_SECONDS)

    def interrupt(self) -> int:
        """SIGINT, as Ctrl-C; its exit code once it has ended."""
        self._running().send(signal.SIGINT)
        return self._running().wait(END_SECONDS)

    def freeze(self) -> None:
        """SIGSTOP: it holds what it holds, leases included, and does nothing."""
        self._running().send(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on where it was, not knowing that time has passed."""
        self._running().send(signal.SIGCONT)

    def close(self) -> None:
        """End it, whatever state it is in."""
        self._running().end(END_SECONDS)
