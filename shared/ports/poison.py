"""What lies in the queues, and the way back out of the poison queues: an operator's view of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages lie in a queue, those being worked on included, and since when the first visible one lies."""

    queue: str
    messages: int
    since: datetime | None


class Poison(Protocol):
    """The queues from outside. Both raise `UnavailableError`."""

    async def waiting(self, queues: Sequence[str]) -> Sequence[Waiting]:
        """Each of *queues* and its poison queue, in this order."""
        ...

    async def give_back(self, queue: str) -> int:
        """Move to *queue* what its poison queue holds now, and return how many messages. Each is sent before it is
        removed: a crash in between doubles it, and receivers are idempotent.
        """
        ...
