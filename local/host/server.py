"""One host on one loop: the HTTP side, the queue pumps and the timers, from the first message to a graceful end."""

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
"""What a host may serve. Several hosts share queues; timers run in one of them, as Azure's lease has it."""

SHUTDOWN_SECONDS = 20.0
"""Seconds that running invocations get after the host was told to stop."""

KEEP_ALIVE = 75
"""Seconds an idle connection stays open: longer than clients keep theirs, so that none writes into a closing one."""


def server(functions: Sequence[Function], prefix: str, queues: Sequence[str]) -> Server:
    """The HTTP side, ready to be served."""
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
    app: FunctionRegister, settings: HostSettings, clock: LocalClock, door: socket.socket, parts: Collection[str]
) -> None:
    """Serve *app* until a signal; raises BadSettingError before anything is served.

    Then take nothing new, let what runs come to its end within LAST_BREATH, and close the door last.
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
        answering = asyncio.create_task(web.serve([door]))
        told = asyncio.create_task(stopping.wait())
        await asyncio.wait({told, answering, *work}, return_when=asyncio.FIRST_COMPLETED)
        stopping.set()
        ended, _ = await asyncio.wait({told, *work}, timeout=SHUTDOWN_SECONDS)
        web.should_exit = True
        await answering
        for task in ended:
            task.result()  # a worker that died of a bug takes the host with it, visibly
