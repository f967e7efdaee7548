"""Loopback ports. The machine opens each before the process that serves it starts, so every address is known."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

LOOPBACK = "127.0.0.1"

BACKLOG = 1024
"""Connections that may wait while a process starts or is busy."""

ANY_PORT = 0
"""Let the system choose a free port."""


def open_port(port: int) -> socket.socket:
    """A listening socket on *port*; OSError when another process listens there.

    Its connections send each write at once. asyncio arranges that only for sockets that name their protocol, which
    those of `create_server` do not; without it, an answer in two writes takes 40 ms.
    """
    listening = socket.create_server((LOOPBACK, port), backlog=BACKLOG)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def address_of(listener: socket.socket) -> str:
    """The address of a listening socket: `http://127.0.0.1:4711`."""
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


class Server(uvicorn.Server):
    """uvicorn that leaves signals to the process whose loop it runs on."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the process."""
        yield
