"""An ASGI app that is served on a port of its own, in this event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from local.machine.loopback import ANY_PORT, Server, address_of, open_port


@asynccontextmanager
async def serving(app) -> AsyncIterator[str]:
    """The address of *app*, while it is served.

    The socket is closed here. uvicorn leaves it open when it is told to exit before it has begun to listen, which
    happens when the first test of a module fails.
    """
    with open_port(ANY_PORT) as listening:
        server = Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
        running = asyncio.create_task(server.serve([listening]))
        try:
            yield address_of(listening)
        finally:
            server.should_exit = True
            await running
