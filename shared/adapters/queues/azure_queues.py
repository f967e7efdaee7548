"""The `Queues` port on Azure Storage Queues. The client is imported when it is first used: its import is the slowest of
all, and most functions never send a message.
"""

from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError, ResourceNotFoundError

from shared.ports import QueueLoad, UnavailableError

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient, QueueServiceClient

FOR_EVER = -1
"""A message's time to live. By default a message vanishes after seven days."""

ONCE: dict[str, Any] = {"retry_total": 0}
"""Measurements are not retried: the next one follows within a minute, and a late try would measure another time."""


class AzureQueues:
    """*connect* opens the storage account's queue service."""

    def __init__(self, connect: "Callable[[], QueueServiceClient]") -> None:
        self._connect = connect
        self._service: QueueServiceClient | None = None
        self._clients: dict[str, QueueClient] = {}

    async def send(self, queue: str, text: str) -> None:
        """See `Queues.send`. After a lost answer the client may send again; receivers are idempotent."""
        await self._send(queue, text, FOR_EVER)

    async def send_for(self, queue: str, text: str, lifetime: timedelta) -> None:
        """See `Queues.send_for`."""
        await self._send(queue, text, int(lifetime.total_seconds()))

    async def _send(self, queue: str, text: str, seconds: int) -> None:
        try:
            await self._client(queue).send_message(text, time_to_live=seconds)
        except AzureError as outage:
            raise UnavailableError(f"queue {queue}: {type(outage).__name__}") from outage

    async def measure(self, queue: str) -> QueueLoad:
        """See `Queues.measure`. The age is measured by the storage's clock, which also set the message's time."""
        server_time: list[str] = []
        try:
            client = self._client(queue)
            count = (await client.get_queue_properties(**ONCE)).approximate_message_count or 0
            oldest = await client.peek_messages(
                max_messages=1,
                raw_response_hook=lambda response: server_time.append(response.http_response.headers["Date"]),
                **ONCE,
            )
        except ResourceNotFoundError:
            return QueueLoad(0, timedelta())
        except AzureError as outage:
            raise UnavailableError(f"queue {queue}: {type(outage).__name__}") from outage
        inserted = [message.inserted_on for message in oldest if message.inserted_on]
        age = parsedate_to_datetime(server_time[0]) - inserted[0] if inserted else timedelta()
        return QueueLoad(count, max(age, timedelta()))

    def _client(self, queue: str) -> "QueueClient":
        if self._service is None:
            self._service = self._connect()
        if queue not in self._clients:
            self._clients[queue] = self._service.get_queue_client(queue)
        return self._clients[queue]

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._service is not None:
            await self._service.close()
