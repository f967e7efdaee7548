"""When nothing is on its way any more: no message, no invocation, no webhook."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import httpx
from azure.storage.queue.aio import QueueServiceClient

from local.host.queue_listener import POISON
from local.host.queue_listeners import API_VERSION

LOOK = 0.02
"""Seconds between two looks."""

IDLE_SECONDS = 180.0
"""Five tries of a message with ten seconds between them, twice over, and room for a slow machine."""


class NotIdleError(Exception):
    """Something was still on its way when time ran out; the words say what."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the hosts have: how much runs, how much was ever started, the queues they serve, and who does not answer."""

    running: int
    started: int
    queues: frozenset[str]
    silent: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """What of it is busy or unknown."""
        busy = [f"{host} does not answer" for host in self.silent]
        return [*busy, f"{self.running} invocations"] if self.running else busy


class Idle:
    """Watches a storage account's queues, the hosts and the payment stand-in."""

    def __init__(self, storage: str, hosts: Sequence[str], payments: str) -> None:
        self._storage = storage
        self._hosts = hosts
        self._payments = payments

    async def reached(self) -> None:
        """Return when all is quiet; NotQuietError."""
        deadline = monotonic() + IDLE_SECONDS
        # Loopback without TLS: a client that verifies would read 20 ms of certificates for nothing.
        async with (
            httpx.AsyncClient(trust_env=False, verify=False, timeout=10) as client,
            QueueServiceClient.from_connection_string(self._storage, api_version=API_VERSION) as queues,
        ):
            while busy := await self._busy(client, queues):
                if monotonic() > deadline:
                    raise NotIdleError("; ".join(busy))
                await asyncio.sleep(LOOK)

    async def _busy(self, client: httpx.AsyncClient, queues: QueueServiceClient) -> list[str]:
        """What is on its way, in words.

        Work moves between the places while they are looked at one after the other, but never without an invocation:
        the hosts are asked before and after, and must have started nothing in between.
        """
        before = await self._work(client)
        if before.words:  # what runs needs the time that further looks would take from it
            return before.words
        busy = [f"{count} messages in the queue {name}" for name, count in (await _messages(queues, before)).items()]
        webhooks = await self._webhooks(client)
        busy += [f"{webhooks} webhooks"] if webhooks else []
        after = await self._work(client)
        busy += after.words
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

    async def _webhooks(self, client: httpx.AsyncClient) -> int:
        """How many webhooks the payment stand-in has on the way."""
        pending: int = (await client.get(f"{self._payments}/_control/status")).json()["pendingWebhooks"]
        return pending


async def _messages(service: QueueServiceClient, work: Work) -> dict[str, int]:
    """Messages of each queue that has any on their way.

    Visible and leased ones; of a poison queue that a host serves only the visible ones, because one that failed there
    stays leased for ten minutes and moves nothing. What lies in other poison queues stays there.
    """
    counts = {}
    async for found in service.list_queues():
        queue = service.get_queue_client(found.name)
        if not found.name.endswith(POISON):
            counts[found.name] = (await queue.get_queue_properties()).approximate_message_count or 0
        elif found.name in work.queues:
            counts[found.name] = len(await queue.peek_messages(max_messages=32))
    return {name: count for name, count in counts.items() if count}
