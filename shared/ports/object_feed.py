"""Objects in a foreign store, and the queue that announces them. A feed delivers at least once, in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Announcement:
    """A message that announces objects. *receipt* identifies this delivery of it; another one has another receipt."""

    id: str
    receipt: str
    body: str


@dataclass(frozen=True, slots=True)
class StoredObject:
    """Where an object is. *version* is None when the store keeps no versions."""

    bucket: str
    key: str
    version: str | None = None


class ObjectUnreadableError(Exception):
    """The object does not exist, may not be read, or is too large. The message names the reason, not the content."""


class ObjectFeed(Protocol):
    """The announcements of one queue, and the objects that they announce."""

    @property
    def hidden_for(self) -> timedelta:
        """How long received announcements stay hidden from other receivers, unless they are deleted or prolonged."""
        ...

    async def receive(self) -> Sequence[Announcement]:
        """Up to ten announcements; none when the queue is empty. What is not deleted is delivered again, until the
        queue's own policy moves it to a dead-letter queue. Raises `UnavailableError`.
        """
        ...

    async def prolong(self, announcements: Sequence[Announcement]) -> None:
        """Hide *announcements* for `hidden_for` from now on. Raises `UnavailableError`."""
        ...

    async def delete(self, announcements: Sequence[Announcement]) -> Sequence[Announcement]:
        """Delete *announcements*, and return those that were not deleted. Raises `UnavailableError`; some may have been
        deleted all the same.
        """
        ...

    async def read(self, where: StoredObject, most: int) -> bytes:
        """The content of an object of at most *most* bytes. Raises `ObjectUnreadableError` or `UnavailableError`."""
        ...
