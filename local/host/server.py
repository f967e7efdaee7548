"""Runs one host on one event loop: the HTTP server, the queue listeners and the timers, until a graceful shutdown."""

import asyncio
import os
import signal
import socket
from collections.abc import Collection, Sequence

import uvicorn
from azure.functions.decorators.function_app import FunctionRegister

from local.clock import LocalClock
from local.host.functions import Function, functions_of
from local.host.http import http_app
from local.host.queue_listeners import open_listeners
from local.host.settings import HostSettings
from local.host.timers import Timer
from local.machine.loopback import Server

PARTS = ("http", "queues", "timers")
"""The parts of a host. Several hosts share queues; timers run in one of them only, as on Azure by its lease."""

SHUTDOWN_SECONDS = 20.0
"""Seconds that running invocations have to finish after the host received a signal."""

KEEP_ALIVE = 75
"""Seconds that an idle connection stays open: longer than in clients, so that none uses a closing connection."""


def server(functions: Sequence[Function], prefix: str, queues: Sequence[str]) -> Server:
    """The HTTP server, not yet started."""
    config = uvicorn.Config(
        http_app(functions, prefix, queues),
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=int(SHUTDOWN_SECONDS),
    )
    return Server(config)


async def serve(
    app: FunctionRegister, settings: HostSettings, clock: LocalClock, listening: socket.socket, parts: Collection[str]
) -> None:
    """Serve *app* until a signal; raises BadSettingError before it serves anything.

    On the signal, accept no new work, wait SHUTDOWN_SECONDS for running work, and close the socket last.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    functions = functions_of(app, settings.function_timeout)
    served = [function for function in functions if "http" in parts or function.kind != "httpTrigger"]
    timers = [Timer(function, clock, os.environ) for function in functions if function.kind == "timerTrigger"]
    async with open_listeners(functions, settings.queues, os.environ) as listeners:
        queues = [listener.queue_name for listener in listeners if "queues" in parts]
        workers = [*(listeners if "queues" in parts else ()), *(timers if "timers" in parts else ())]
        work = {asyncio.create_task(worker.run(stopping)) for worker in workers}
        web = server(served, settings.route_prefix, queues)
        http_task = asyncio.create_task(web.serve([listening]))
        signalled = asyncio.create_task(stopping.wait())
        await asyncio.wait({signalled, http_task, *work}, return_when=asyncio.FIRST_COMPLETED)
        stopping.set()
        ended, _ = await asyncio.wait({signalled, *work}, timeout=SHUTDOWN_SECONDS)
        web.should_exit = True
        await http_task
        for task in ended:
            task.result()  # an exception in a listener or timer ends the host with a traceback
