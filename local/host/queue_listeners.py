"""Opens a listener for every queue function, with one client per storage account."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from azure.storage.queue.aio import QueueServiceClient

from local.host.functions import Function
from local.host.queue_listener import POISON, QueueListener, create
from local.host.settings import QueueSettings, connection, resolve
from local.host.startup_retry import retry_until_ready
from shared.adapters.storage.azure_tables import NO_PROXY

API_VERSION = "2025-11-05"
"""The newest protocol version that Azurite 3.35 supports."""

RETRIES: dict[str, Any] = {"retry_total": 3, "initial_backoff": 1, "increment_base": 2, "random_jitter_range": 1}
"""Retries within seconds, as in Azure's listener; this client's default waits 15 s before the first retry."""


def queue_service(text: str, environment: Mapping[str, str]) -> QueueServiceClient:
    """A client for the storage account of a connection string."""
    version = environment.get("Queues__apiVersion", API_VERSION)
    return QueueServiceClient.from_connection_string(text, api_version=version, **RETRIES, **NO_PROXY)


@asynccontextmanager
async def open_listeners(
    functions: Iterable[Function], settings: QueueSettings, environment: Mapping[str, str]
) -> AsyncIterator[list[QueueListener]]:
    """Yield a listener for each queue function; raises BadSettingError.

    Creates every queue and its poison queue, as the deployment does on Azure.
    """
    listeners = []
    services: dict[str, QueueServiceClient] = {}
    async with AsyncExitStack() as open_clients:
        for function in functions:
            if function.kind != "queueTrigger":
                continue
            text = connection(function.trigger["connection"], environment)
            if text not in services:
                services[text] = await open_clients.enter_async_context(queue_service(text, environment))
            name = resolve(function.trigger["queueName"], environment)
            listeners.append(await open_listener(function, services[text], name, settings))
        yield listeners


async def open_listener(
    function: Function, service: QueueServiceClient, name: str, settings: QueueSettings
) -> QueueListener:
    """The listener of one queue. Creates the queue and its poison queue; a poison queue itself has none."""
    queue = service.get_queue_client(name)
    await retry_until_ready(partial(create, queue))
    if name.endswith(POISON):
        return QueueListener(function, queue, None, settings)
    poison = service.get_queue_client(name + POISON)
    await retry_until_ready(partial(create, poison))
    return QueueListener(function, queue, poison, settings)
