"""The queues that the service feeds, and what waits in them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waiting:
    """What lies in a queue: how many *messages*, about, and how long the oldest that anybody could take now has been
    there; no time when there is none.
    """

    messages: int
    oldest_age: timedelta


class Queues(Protocol):
    """The queues that the service feeds. A message may arrive twice; receivers are idempotent."""

    async def send(self, queue: str, text: str) -> None:
        """Put *text* on *queue*. Raises `UnavailableError`; the message may be there all the same."""
        ...

    async def send_for(self, queue: str, text: str, lifetime: timedelta) -> None:
        """The same, and the message vanishes after *lifetime* (whole seconds) unless somebody has dealt with it."""
        ...

    async def look(self, queue: str) -> Waiting:
        """What lies in *queue*, looked at without taking anything. A queue that is not there holds nothing. Raises
        `UnavailableError`.
        """
        ...
