"""Queue triggers, with the rules of Azure's listener.

Up to batchSize messages a fetch, the next fetch when at most newBatchThreshold run. Each is leased for ten minutes,
renewed at half time. It is deleted when its handler returns; when the handler raises, it comes back after
visibilityTimeout, and goes to `<queue>-poison` after maxDequeueCount tries: copied first, then deleted.
"""

import asyncio
import logging
from datetime import timedelta

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.functions.queue import QueueMessage as TriggeredBy
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

from local.host.functions import Function
from local.host.settings import QueueSettings

log = logging.getLogger("local.host")

POISON = "-poison"
FIRST_PAUSE = 0.05
LAST_PAUSE = 0.2
"""An empty queue is asked again after these; Azure's host goes up to a minute, a developer does not wait so long."""


class QueueListener:
    """Moves one queue's messages through one function."""

    def __init__(
        self, function: Function, queue: QueueClient, poison: QueueClient | None, settings: QueueSettings
    ) -> None:
        self.queue_name = queue.queue_name
        self._function = function
        self._queue = queue
        self._poison = poison
        self._settings = settings
        self._lease = settings.lease
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until *stopping*, then return when the last invocation has ended."""
        pause = FIRST_PAUSE
        while not stopping.is_set():
            messages = await self._receive()
            for message in messages:
                task = asyncio.create_task(self._one(message))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            while len(self._running) > self._settings.new_batch_threshold:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            if messages:
                pause = FIRST_PAUSE
                continue
            await _pause(stopping, pause)
            pause = min(2 * pause, LAST_PAUSE)
        if self._running:
            await asyncio.wait(self._running)

    async def _receive(self) -> list[QueueMessage]:
        """One fetch; nothing when the storage cannot answer, or while the queue does not exist."""
        pages = self._queue.receive_messages(
            messages_per_page=self._settings.batch_size, visibility_timeout=int(self._lease.total_seconds())
        ).by_page()
        try:
            return [message async for message in await anext(pages)]
        except (StopAsyncIteration, ResourceNotFoundError):
            return []
        except AzureError as wrong:
            log.warning("%s: no messages: %s", self._queue.queue_name, wrong)
            return []

    async def _one(self, message: QueueMessage) -> None:
        """One message to its end. An outage leaves it leased: it comes back when the lease ends."""
        try:
            if (message.dequeue_count or 0) > self._settings.max_dequeue_count:
                await self._give_up(message)
            else:
                await self._try(message)
        except AzureError as wrong:
            log.warning("%s: message %s stays as it is: %s", self._queue.queue_name, message.id, wrong)

    async def _try(self, message: QueueMessage) -> None:
        """Invoke; then delete, give up, or let it come back."""
        work = asyncio.create_task(self._function.invoke(_trigger(message)))
        while not (await asyncio.wait({work}, timeout=self._lease.total_seconds() / 2))[0]:
            await self._renew(message)
        if work.exception() is None:
            await self._queue.delete_message(message.id, message.pop_receipt)
        elif (message.dequeue_count or 0) >= self._settings.max_dequeue_count:
            await self._give_up(message)
        else:
            await self._show_after(message, self._settings.visibility_timeout)

    async def _renew(self, message: QueueMessage) -> None:
        """Lease the message anew; when that fails the invocation goes on, and may meet a second one."""
        try:
            await self._show_after(message, self._lease)
        except AzureError as wrong:
            log.warning("%s: the lease of message %s ends: %s", self._queue.queue_name, message.id, wrong)

    async def _show_after(self, message: QueueMessage, delay: timedelta) -> None:
        """Keep the message invisible for *delay* from now; it gets a new receipt."""
        updated = await self._queue.update_message(
            message.id, message.pop_receipt, visibility_timeout=int(delay.total_seconds())
        )
        message.pop_receipt = updated.pop_receipt

    async def _give_up(self, message: QueueMessage) -> None:
        """Copy to the poison queue, then delete: a crash in between doubles the message and never loses it.

        A poison queue has no poison queue: its message stays invisible until the lease ends.
        """
        if self._poison is None:
            return
        log.warning("%s: message %s goes to %s", self._queue.queue_name, message.id, self._poison.queue_name)
        try:
            await self._poison.send_message(message.content)
        except ResourceNotFoundError:
            await create(self._poison)
            await self._poison.send_message(message.content)
        await self._queue.delete_message(message.id, message.pop_receipt)


def _trigger(message: QueueMessage) -> TriggeredBy:
    """The library's message. The body is the text as it was sent, base64 or not: messageEncoding is `none`."""
    return TriggeredBy(
        id=message.id,
        body=(message.content or "").encode(),
        dequeue_count=message.dequeue_count,
        expiration_time=message.expires_on,
        insertion_time=message.inserted_on,
        time_next_visible=message.next_visible_on,
        pop_receipt=message.pop_receipt,
    )


async def create(queue: QueueClient) -> None:
    """Have *queue*, whoever creates it."""
    try:
        await queue.create_queue()
    except ResourceExistsError:
        return


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait, but not beyond *stopping*."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
