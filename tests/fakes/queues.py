"""The port `Queues` in memory."""

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

from shared.ports import QueueLoad, UnavailableError


class FakeQueues:
    """Messages in order. `fault` may raise before a message is stored. `ages` are the ages of the oldest messages."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[str, str]] = deque()
        self.fault: Callable[[str, str], Awaitable[None]] | None = None
        self.ages: dict[str, timedelta] = {}
        self.unread: set[str] = set()
        self.lifetimes: dict[str, timedelta] = {}

    async def send(self, queue: str, text: str) -> None:
        if self.fault:
            await self.fault(queue, text)
        self.waiting.append((queue, text))

    async def send_for(self, queue: str, text: str, lifetime: timedelta) -> None:
        self.lifetimes[text] = lifetime
        await self.send(queue, text)

    async def measure(self, queue: str) -> QueueLoad:
        if queue in self.unread:
            raise UnavailableError(f"queue {queue}: away")
        return QueueLoad(sum(name == queue for name, _ in self.waiting), self.ages.get(queue, timedelta()))
