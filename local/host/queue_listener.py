"""Queue triggers, with the rules of Azure's listener.

A fetch returns up to batchSize messages; the next one follows when at most newBatchThreshold are running. Each message
is leased for ten minutes, and the lease is renewed at half time. The message is deleted when its handler returns. When
the handler raises, the message is delivered again after visibilityTimeout; after maxDequeueCount tries it is copied to
`<queue>-poison`, then deleted.
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
LAST_PAUSE = 0.4
"""Minimum and maximum seconds between polls of an empty queue; Azure's host waits up to a minute."""


class QueueListener:
    """Delivers the messages of one queue to one function."""

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
        """Deliver messages until *stopping*, then wait for the running invocations."""
        pause = FIRST_PAUSE
        while not stopping.is_set():
            messages = await self._receive()
            for message in messages:
                task = asyncio.create_task(self._process(message))
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
        """Fetch messages; an empty list when the storage is unavailable or the queue does not exist."""
        pages = self._queue.receive_messages(
            messages_per_page=self._settings.batch_size, visibility_timeout=int(self._lease.total_seconds())
        ).by_page()
        try:
            return [message async for message in await anext(pages)]
        except (StopAsyncIteration, ResourceNotFoundError):
            return []
        except AzureError as wrong:
            log.warning("%s: cannot receive messages: %s", self._queue.queue_name, wrong)
            return []

    async def _process(self, message: QueueMessage) -> None:
        """Process one message. In an outage it stays leased, and is delivered again when the lease ends."""
        try:
            if (message.dequeue_count or 0) > self._settings.max_dequeue_count:
                await self._move_to_poison(message)
            else:
                await self._try(message)
        except AzureError as wrong:
            log.warning("%s: message %s was neither deleted nor moved: %s", self._queue.queue_name, message.id, wrong)

    async def _try(self, message: QueueMessage) -> None:
        """Invoke the function; then delete the message, move it to the poison queue, or have it delivered again."""
        work = asyncio.create_task(self._function.invoke(_trigger(message)))
        while not (await asyncio.wait({work}, timeout=self._lease.total_seconds() / 2))[0]:
            await self._renew(message)
        if work.exception() is None:
            await self._queue.delete_message(message.id, message.pop_receipt)
        elif (message.dequeue_count or 0) >= self._settings.max_dequeue_count:
            await self._move_to_poison(message)
        else:
            await self._show_after(message, self._settings.visibility_timeout)

    async def _renew(self, message: QueueMessage) -> None:
        """Renew the lease; if that fails, the invocation continues, and the message may be delivered a second time."""
        try:
            await self._show_after(message, self._lease)
        except AzureError as wrong:
            log.warning("%s: the lease of message %s was not renewed: %s", self._queue.queue_name, message.id, wrong)

    async def _show_after(self, message: QueueMessage, delay: timedelta) -> None:
        """Hide the message for *delay* from now, and store its new receipt."""
        updated = await self._queue.update_message(
            message.id, message.pop_receipt, visibility_timeout=int(delay.total_seconds())
        )
        message.pop_receipt = updated.pop_receipt

    async def _move_to_poison(self, message: QueueMessage) -> None:
        """Copy the message to the poison queue, then delete it: a crash in between duplicates it, but never loses it.

        A message of a poison queue, which has no poison queue itself, stays hidden until its lease ends.
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
    """The library's message. Its body is the text as sent, not decoded from base64: messageEncoding is `none`."""
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
    """Create *queue* if it does not exist."""
    try:
        await queue.create_queue()
    except ResourceExistsError:
        return


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait for *seconds*, or until *stopping*."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
