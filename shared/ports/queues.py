"""The queues to which the service sends, and how much waits in them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """The approximate number of *messages* in a queue, and how long the oldest visible one has waited; zero if there is
    none.
    """

    messages: int
    oldest_age: timedelta


class Queues(Protocol):
    """The queues to which the service sends. A message may arrive twice; receivers are idempotent."""

    async def send(self, queue: str, text: str) -> None:
        """Put *text* on *queue*. Raises `UnavailableError`; the message may have been sent all the same."""
        ...

    async def send_for(self, queue: str, text: str, lifetime: timedelta) -> None:
        """Like `send`, but the message vanishes after *lifetime* (whole seconds) unless it has been processed."""
        ...

    async def measure(self, queue: str) -> QueueLoad:
        """How much is in *queue*, without receiving a message. A queue that does not exist is empty. Raises
        `UnavailableError`.
        """
        ...
