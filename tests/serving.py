"""Serves an ASGI app on its own port, in this event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from local.machine.loopback import ANY_PORT, Server, address_of, open_port


@asynccontextmanager
async def serving(app) -> AsyncIterator[str]:
    """Serve *app* inside the block; yield its address.

    The socket is closed here, because uvicorn leaves it open when it must exit before it has started to listen, which
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
