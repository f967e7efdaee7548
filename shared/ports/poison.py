"""The queues and their poison queues, for operators: what is in them, and moving messages back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class QueueContents:
    """How many messages are in a queue, including those being processed, and since when the first visible one waits."""

    queue: str
    messages: int
    since: datetime | None


class PoisonQueues(Protocol):
    """The queues, for operators. Both methods raise `UnavailableError`."""

    async def waiting(self, queues: Sequence[str]) -> Sequence[QueueContents]:
        """The contents of each of *queues* and of its poison queue, in this order."""
        ...

    async def move_back(self, queue: str) -> int:
        """Move the messages that are now in the poison queue of *queue* to *queue*, and return how many. Each is sent
        before it is removed: a crash in between duplicates it, and receivers are idempotent.
        """
        ...
