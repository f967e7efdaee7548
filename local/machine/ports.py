"""Which service listens on which port: the same from run to run where they are fixed, free ones elsewhere."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from local.machine.loopback import ANY_PORT, LOOPBACK, open_port

SERVICE_NAMES = {
    "page": "the page of links",
    "http": "the service",
    "mailbox": "the mailbox",
    "payments": "the payment stand-in",
    "clock": "the clock",
    "traces": "the traces page",
    "issuer": "the token issuer",
    "blob": "storage (blobs)",
    "queue": "storage (queues)",
    "table": "storage (tables)",
}
"""What people call each service, by its name in the code."""

FIXED_PORTS: Mapping[str, int] = MappingProxyType({name: 7070 + number for number, name in enumerate(SERVICE_NAMES)})
"""The ports of `./dev up`, 7070 to 7079. The service is on 7071, as it is with Azure's Core Tools."""


@dataclass(frozen=True, slots=True)
class TakenPort:
    """A fixed port on which another process listens, the service that wanted it, and the port it got instead."""

    service: str
    wanted: int
    port: int

    def __str__(self) -> str:
        name = SERVICE_NAMES[self.service]
        return f"port {self.wanted} is taken by another process; {name} is at http://{LOOPBACK}:{self.port} instead"


class Ports:
    """Opens the port of each service: the fixed one, and a free one where there is none or it is taken."""

    def __init__(self, fixed: Mapping[str, int] = MappingProxyType({})) -> None:
        self._fixed = fixed
        self.taken: list[TakenPort] = []

    def open(self, service: str) -> socket.socket:
        """A listening socket for *service*."""
        wanted = self._fixed.get(service, ANY_PORT)
        try:
            return open_port(wanted)
        except OSError:
            listener = open_port(ANY_PORT)
            self.taken.append(TakenPort(service, wanted, listener.getsockname()[1]))
            return listener

    def number(self, service: str) -> int:
        """A port for a process that opens it itself: free at this moment, or 0 where the process is to choose one."""
        if service not in self._fixed:
            return ANY_PORT
        with self.open(service) as listener:
            port: int = listener.getsockname()[1]
            return port
