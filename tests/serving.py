"""Serves an ASGI app on its own port, in this event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import socket

import uvicorn

from local.machine.loopback import ANY_PORT, Server, address_of, open_port


@asynccontextmanager
async def serving(app) -> AsyncIterator[str]:
    """Serve *app* inside the block; yield its address."""
    with open_port(ANY_PORT) as listening:
        server = Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
        async with running(server, listening):
            yield address_of(listening)


@asynccontextmanager
async def running(server: Server, listening: socket) -> AsyncIterator[None]:
    """Run *server* on the socket *listening* inside the block.

    The caller closes the socket, because uvicorn leaves it open when it must exit before it has started to listen,
    which happens when the first test of a module fails.
    """
    task = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
