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
    """A host and its port. Its arguments, settings and log file stay the same from start to start."""

    def __init__(self, name: str, listener: socket.socket, arguments: Sequence[str], logs: Path) -> None:
        self.address = address_of(listener)
        self.code = ROOT
        """The folder with the code that the next launch runs."""
        self._name = name
        self._listener: socket.socket | None = listener
        self._port = listener.getsockname()[1]
        self._arguments = arguments
        self._log = logs / f"{name}.log"
        self._child: Child | None = None

    def launch(self, environment: Mapping[str, str]) -> None:
        """Start the process; `ready` waits for it. Only it has the port open: after its end, calls are refused."""
        listener = self._listener or open_port(self._port)
        self._listener = None
        command = [sys.executable, "-m", "local.host", "--fd", str(listener.fileno()), *self._arguments]
        self._child = Child.start(
            self._name, command, log=self._log, environment=environment, listeners=[listener], folder=self.code
        )
        listener.close()

    def ready(self) -> None:
        """Wait until it answers; ChildError."""
        self._running().until(lambda: answers(f"{self.address}/admin/host/status"), "ready", READY_SECONDS)

    def _running(self) -> Child:
        assert self._child is not None, "launched before"
        return self._child

    @property
    def pid(self) -> int:
        """The id of the running process."""
        return self._running().pid

    def kill(self) -> None:
        """SIGKILL. The process has ended when this returns, in the middle of its work."""
        self._running().send(signal.SIGKILL)
        self._running().wait(END_SECONDS)

    def interrupt(self) -> int:
        """SIGINT, as Ctrl-C; its exit code once it has ended."""
        self._running().send(signal.SIGINT)
        return self._running().wait(END_SECONDS)

    def freeze(self) -> None:
        """SIGSTOP: the process does nothing, and keeps what it has, leases included."""
        self._running().send(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: the process continues where it stopped, as if no time had passed."""
        self._running().send(signal.SIGCONT)

    def close(self) -> None:
        """End the process in any state."""
        self._running().end(END_SECONDS)
