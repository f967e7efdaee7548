"""Loopback ports: opened by the machine before anything runs, so that every address is known and none is taken."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

HERE = "127.0.0.1"

BACKLOG = 1024
"""Connections that may wait while a process starts or is busy."""

ANY_PORT = 0
"""Let the system choose a free port."""


def open_port(port: int) -> socket.socket:
    """A listening socket on *port*; OSError when somebody else listens there."""
    return socket.create_server((HERE, port), backlog=BACKLOG)


def open_preferred_port(port: int) -> socket.socket:
    """A listening socket on *port*, on a free one when somebody else listens there."""
    try:
        return open_port(port)
    except OSError:
        return open_port(ANY_PORT)


def address_of(door: socket.socket) -> str:
    """Where the door is: `http://127.0.0.1:4711`."""
    return f"http://{HERE}:{door.getsockname()[1]}"


class Server(uvicorn.Server):
    """uvicorn on a loop that it does not own: signals are left to whoever runs the loop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield
