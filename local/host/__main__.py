"""`python -m local.host`: serves the FunctionApp of `function_app.py` until Ctrl-C or SIGTERM, then exits with 0."""

import argparse
import asyncio
import importlib
import logging
import os
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from azure.core.exceptions import ResourceExistsError
from azure.data.tables.aio import TableServiceClient
from azure.storage.blob.aio import BlobServiceClient

from local.clock import LocalClock
from local.host.functions import app_of
from local.host.queue_listeners import API_VERSION
from local.host.server import PARTS, serve
from local.host.settings import BadSettingError, connection, host_settings
from local.host.startup_retry import retry_until_ready
from local.machine.loopback import open_port
from local.machine.paths import ROOT
from shared.telemetry.log_lines import JsonLines


def listening_socket(chosen: argparse.Namespace) -> socket.socket:
    """The listening socket: one that the parent process opened, or a new one."""
    if chosen.fd is not None:
        return socket.socket(fileno=chosen.fd)
    return open_port(chosen.port)


async def create_tables(tables: Iterable[str]) -> None:
    """Create the service's tables, as the infrastructure does on Azure; raises BadSettingError."""
    async with TableServiceClient.from_connection_string(connection("CreditsStorage", os.environ)) as storage:
        for table in tables:
            await retry_until_ready(partial(storage.create_table_if_not_exists, table))


async def create_containers(containers: Iterable[str]) -> None:
    """Create the service's blob containers, as the infrastructure does on Azure; raises BadSettingError."""
    where = connection("CreditsStorage", os.environ)
    async with BlobServiceClient.from_connection_string(where, api_version=API_VERSION) as storage:
        for name in containers:
            await retry_until_ready(partial(_create_container, storage, name))


async def _create_container(storage: BlobServiceClient, name: str) -> None:
    with suppress(ResourceExistsError):
        await storage.create_container(name)


async def run(chosen: argparse.Namespace) -> None:
    """Read the app and host.json, and serve until a signal; raises BadSettingError."""
    clock = LocalClock(chosen.clock)
    importlib.import_module("shared.wiring.composition").use_clock(clock)
    names = importlib.import_module("shared.wiring.names")
    app = app_of(importlib.import_module("function_app"))
    settings = host_settings((ROOT / "host.json").read_text(), os.environ)
    await create_tables(names.TABLES)
    await create_containers(names.CONTAINERS)
    await serve(app, settings, clock, listening_socket(chosen), chosen.parts)


def main() -> int:
    """Read the command line and serve; 1 when a setting or a binding is invalid."""
    parser = argparse.ArgumentParser(prog="python -m local.host", description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--port", type=int, help="the loopback port to listen on")
    where.add_argument("--fd", type=int, help="the descriptor of a listening socket that the parent opened")
    parser.add_argument("--clock", type=Path, required=True, help="the file that contains the clock's offset")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="the parts to serve (default: all)")
    chosen = parser.parse_args()
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("azure", "httpx", "stripe", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        asyncio.run(run(chosen))
    except BadSettingError as wrong:
        print(f"local.host: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
