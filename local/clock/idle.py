"""Waits until the service is idle: no message, invocation or webhook is on its way."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import httpx
from azure.storage.queue.aio import QueueServiceClient

from local.clock.errors import NotIdleError
from local.host.queue_listener import POISON
from local.host.queue_listeners import API_VERSION
from operations.plural import count_of
from shared.adapters.storage.azure_tables import NO_PROXY

POLL_SECONDS = 0.05
"""Between two checks."""

IDLE_SECONDS = 180.0
"""Five attempts at a message with ten seconds between them, twice over, and a margin for a slow machine."""


@dataclass(frozen=True, slots=True)
class Work:
    """The work of the hosts: invocations running and ever started, queues served, hosts that do not answer."""

    running: int
    started: int
    queues: frozenset[str]
    silent: tuple[str, ...]

    @property
    def descriptions(self) -> list[str]:
        """What of it is busy or unknown."""
        busy = [f"{host} does not answer" for host in self.silent]
        return [*busy, count_of(self.running, "invocation")] if self.running else busy


class Idle:
    """Watches a storage account's queues, the hosts and the payment stand-in."""

    def __init__(self, storage: str, hosts: Sequence[str], payments: str) -> None:
        self._storage = storage
        self._hosts = hosts
        self._payments = payments
        self._busy_queue = ""

    async def wait(self) -> None:
        """Return when nothing is on its way; NotIdleError."""
        deadline = monotonic() + IDLE_SECONDS
        # Loopback without TLS: a client that verifies would spend 20 ms reading certificates.
        async with (
            httpx.AsyncClient(trust_env=False, verify=False, timeout=10) as client,
            QueueServiceClient.from_connection_string(self._storage, api_version=API_VERSION, **NO_PROXY) as queues,
        ):
            while busy := await self._busy(client, queues):
                if monotonic() > deadline:
                    raise NotIdleError("; ".join(busy))
                await asyncio.sleep(POLL_SECONDS)

    async def _busy(self, client: httpx.AsyncClient, queues: QueueServiceClient) -> list[str]:
        """What is on its way, for people.

        Work moves between the places while they are checked one after the other, but never without an invocation:
        the hosts are asked before and after, and must have started nothing in between.
        """
        before = await self._work(client)
        if before.descriptions:  # further checks would take time from what runs
            return before.descriptions
        waiting, webhooks = await self._messages(queues, before), await self._webhooks(client)
        busy = [waiting] if waiting else []
        busy += [count_of(webhooks, "webhook")] if webhooks else []
        after = await self._work(client)
        busy += after.descriptions
        return busy or (["an invocation that has just ended"] if before != after else [])

    async def _work(self, client: httpx.AsyncClient) -> Work:
        """The sum over the hosts."""
        running, started, silent = 0, 0, []
        queues: set[str] = set()
        for host in self._hosts:
            try:
                status = (await client.get(f"{host}/admin/host/status")).json()
            except httpx.HTTPError:
                silent.append(host)
                continue
            running += status["inFlight"]
            started += status["invocations"]
            queues.update(status["queues"])
        return Work(running, started, frozenset(queues), tuple(silent))

    async def _messages(self, service: QueueServiceClient, work: Work) -> str:
        """The messages of the first queue that has any on its way; the queue that was busy last is looked at first."""
        names = [found.name async for found in service.list_queues()]
        for name in sorted(names, key=lambda each: each != self._busy_queue):
            if count := await _messages_of(service, name, work):
                self._busy_queue = name
                return f"{count_of(count, 'message')} in the queue {name}"
        return ""

    async def _webhooks(self, client: httpx.AsyncClient) -> int:
        """How many webhooks the payment stand-in has still to deliver."""
        pending: int = (await client.get(f"{self._payments}/_control/status")).json()["pendingWebhooks"]
        return pending


async def _messages_of(service: QueueServiceClient, name: str, work: Work) -> int:
    """Messages of a queue that are on their way: visible and leased ones.

    Of a poison queue that a host serves only the visible ones count, because a message that failed there stays leased
    for ten minutes and starts nothing. Messages in other poison queues stay there, and do not count.
    """
    queue = service.get_queue_client(name)
    if not name.endswith(POISON):
        return (await queue.get_queue_properties()).approximate_message_count or 0
    return len(await queue.peek_messages(max_messages=32)) if name in work.queues else 0
