"""Ports that end the process, as SIGKILL does, between two given steps."""

import os
import signal
from collections.abc import Sequence
from datetime import timedelta

from shared.ports import Announcement, ObjectFeed, QueueLoad, Queues, StoredObject

GAPS = (
    ("receive", "received"),
    ("received", "read"),
    ("read", "was read"),
    ("was read", "send"),
    ("send", "sent"),
    ("sent", "delete"),
    ("delete", "deleted"),
    ("deleted", "receive"),
)
"""Every two steps that follow each other: a request, and when its answer has arrived. In the first gap of a request it
was carried out, and its answer is lost.
"""


class Mortality:
    """Ends the process in *gap*, the time it is reached for the *times*-th time. None: never."""

    def __init__(self, gap: tuple[str, str] | None, times: int) -> None:
        self._gap, self._left, self._last = gap, times, ""

    def reach(self, step: str) -> None:
        """Pass from the last step to *step*, or die."""
        if (self._last, step) == self._gap:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        self._last = step


class MortalFeed:
    """The port `ObjectFeed` on *feed*."""

    def __init__(self, feed: ObjectFeed, mortality: Mortality) -> None:
        self._feed, self._reach = feed, mortality.reach

    @property
    def hidden_for(self) -> timedelta:
        """See `ObjectFeed.hidden_for`."""
        return self._feed.hidden_for

    async def receive(self) -> Sequence[Announcement]:
        """See `ObjectFeed.receive`."""
        self._reach("receive")
        found = await self._feed.receive()
        self._reach("received")
        return found

    async def prolong(self, announcements: Sequence[Announcement]) -> None:
        """See `ObjectFeed.prolong`."""
        await self._feed.prolong(announcements)

    async def delete(self, announcements: Sequence[Announcement]) -> Sequence[Announcement]:
        """See `ObjectFeed.delete`."""
        self._reach("delete")
        left = await self._feed.delete(announcements)
        self._reach("deleted")
        return left

    async def read(self, where: StoredObject, most: int) -> bytes:
        """See `ObjectFeed.read`."""
        self._reach("read")
        content = await self._feed.read(where, most)
        self._reach("was read")
        return content


class MortalQueues:
    """The port `Queues` on *queues*."""

    def __init__(self, queues: Queues, mortality: Mortality) -> None:
        self._queues, self._reach = queues, mortality.reach

    async def send(self, queue: str, text: str) -> None:
        """See `Queues.send`."""
        self._reach("send")
        await self._queues.send(queue, text)
        self._reach("sent")

    async def send_for(self, queue: str, text: str, lifetime: timedelta) -> None:
        """See `Queues.send_for`."""
        await self._queues.send_for(queue, text, lifetime)

    async def measure(self, queue: str) -> QueueLoad:
        """See `Queues.measure`."""
        return await self._queues.measure(queue)
