"""The `Poison` port on Azure Storage Queues."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from azure.core.exceptions import AzureError, ResourceNotFoundError

from shared.ports import UnavailableError
from shared.ports.poison import Waiting

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient, QueueServiceClient

POISON = "-poison"

FOR_EVER = -1
"""A message's time to live: by default one would vanish after seven days."""

HIDDEN_SECONDS = 60
"""How long a message is out of sight while it is moved; should it not be moved, it is back after that."""


class AzurePoison:
    """The queues of one storage account."""

    def __init__(self, service: "QueueServiceClient") -> None:
        self._service = service

    async def waiting(self, queues: Sequence[str]) -> Sequence[Waiting]:
        """See `Poison.waiting`. A queue that is not there yet is empty."""
        names = [name for queue in queues for name in (queue, queue + POISON)]
        return [await self._one(name) for name in names]

    async def _one(self, name: str) -> Waiting:
        queue = self._service.get_queue_client(name)
        try:
            messages = (await queue.get_queue_properties()).approximate_message_count or 0
            first = await queue.peek_messages(max_messages=1)
        except ResourceNotFoundError:
            return Waiting(name, 0, None)
        except AzureError as outage:
            raise UnavailableError(f"queue {name}: {type(outage).__name__}") from outage
        return Waiting(name, messages, first[0].inserted_on if first else None)

    async def give_back(self, queue: str) -> int:
        """See `Poison.give_back`."""
        source, target = self._service.get_queue_client(queue + POISON), self._service.get_queue_client(queue)
        try:
            return await _move(source, target, await _count(source))
        except AzureError as outage:  # a target that is not there, too
            raise UnavailableError(f"queue {queue}: {type(outage).__name__}") from outage


async def _count(queue: "QueueClient") -> int:
    """How many messages lie there; none in a queue that is not there yet."""
    try:
        return (await queue.get_queue_properties()).approximate_message_count or 0
    except ResourceNotFoundError:
        return 0


async def _move(source: "QueueClient", target: "QueueClient", most: int) -> int:
    """As many as lay there at first: one that fails again meanwhile must not be moved for ever."""
    moved = 0
    if not most:
        return moved
    async for message in source.receive_messages(visibility_timeout=HIDDEN_SECONDS, max_messages=most):
        await target.send_message(message.content, time_to_live=FOR_EVER)
        with suppress(ResourceNotFoundError):  # somebody else has removed it meanwhile
            await source.delete_message(message)
        moved += 1
    return moved
