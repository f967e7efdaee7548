"""The queues that the service feeds."""

from typing import Protocol


class Queues(Protocol):
    """The queues that the service feeds. A message may arrive twice; receivers are idempotent."""

    async def send(self, queue: str, text: str) -> None:
        """Put *text* on *queue*. Raises `UnavailableError`; the message may be there all the same."""
        ...
