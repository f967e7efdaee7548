"""The `PoisonQueues` port on Azure Storage Queues."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from azure.core.exceptions import AzureError, ResourceNotFoundError

from shared.ports import UnavailableError
from shared.ports.poison import QueueContents

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient, QueueServiceClient

POISON = "-poison"

FOR_EVER = -1
"""A message's time to live. By default a message vanishes after seven days."""

HIDDEN_SECONDS = 60
"""How long a message is invisible while it is moved. If it is not moved, it is visible again after that."""


class AzurePoisonQueues:
    """The queues of one storage account."""

    def __init__(self, service: "QueueServiceClient") -> None:
        self._service = service

    async def waiting(self, queues: Sequence[str]) -> Sequence[QueueContents]:
        """See `PoisonQueues.waiting`. A queue that does not exist yet is empty."""
        names = [name for queue in queues for name in (queue, queue + POISON)]
        return [await self._contents(name) for name in names]

    async def _contents(self, name: str) -> QueueContents:
        queue = self._service.get_queue_client(name)
        try:
            messages = (await queue.get_queue_properties()).approximate_message_count or 0
            first = await queue.peek_messages(max_messages=1)
        except ResourceNotFoundError:
            return QueueContents(name, 0, None)
        except AzureError as outage:
            raise UnavailableError(f"queue {name}: {type(outage).__name__}") from outage
        return QueueContents(name, messages, first[0].inserted_on if first else None)

    async def move_back(self, queue: str) -> int:
        """See `PoisonQueues.move_back`."""
        source, target = self._service.get_queue_client(queue + POISON), self._service.get_queue_client(queue)
        try:
            return await _move(source, target, await _count(source))
        except AzureError as outage:  # also a target queue that does not exist
            raise UnavailableError(f"queue {queue}: {type(outage).__name__}") from outage


async def _count(queue: "QueueClient") -> int:
    """How many messages are in the queue; none if it does not exist yet."""
    try:
        return (await queue.get_queue_properties()).approximate_message_count or 0
    except ResourceNotFoundError:
        return 0


async def _move(source: "QueueClient", target: "QueueClient", most: int) -> int:
    """Move at most *most* messages, as many as there were. Without a limit, one that fails again is moved for ever."""
    moved = 0
    if not most:
        return moved
    async for message in source.receive_messages(visibility_timeout=HIDDEN_SECONDS, max_messages=most):
        await target.send_message(message.content, time_to_live=FOR_EVER)
        with suppress(ResourceNotFoundError):  # removed by another process meanwhile
            await source.delete_message(message)
        moved += 1
    return moved
