"""The `Queues` port on Azure Storage Queues. The client is loaded when the first message is sent: it is the slowest
import of all, and most functions never send.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from azure.core.exceptions import AzureError

from shared.ports import UnavailableError

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient, QueueServiceClient

FOR_EVER = -1
"""A message's time to live: by default one would vanish after seven days."""


class AzureQueues:
    """*connect* opens the storage account's queue service."""

    def __init__(self, connect: "Callable[[], QueueServiceClient]") -> None:
        self._connect = connect
        self._service: QueueServiceClient | None = None
        self._clients: dict[str, QueueClient] = {}

    async def send(self, queue: str, text: str) -> None:
        """See `Queues.send`. The client may send twice on a lost answer; receivers are idempotent."""
        try:
            await self._client(queue).send_message(text, time_to_live=FOR_EVER)
        except AzureError as outage:
            raise UnavailableError(f"queue {queue}: {type(outage).__name__}") from outage

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
