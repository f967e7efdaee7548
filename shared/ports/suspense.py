"""Where unbookable usage waits, visibly."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class SuspenseState(StrEnum):
    """What became of a usage message that could not be booked."""

    OPEN = "open"
    REPLAYED = "replayed"  # tried again and booked
    ACCEPTED = "accepted"  # a conflict, booked as a correction
    DISMISSED = "dismissed"  # an operator's word: it will not be booked; its detail says why


@dataclass(frozen=True, slots=True)
class Suspended:
    """A usage event, or bytes, that could not be booked. *message* is the event or the raw text, whole; under
    *etag* the item was read: no part of what it is.
    """

    id: str
    reason: str
    detail: str
    received_at: datetime
    message: str
    account: str | None = None
    source: str | None = None
    event: str | None = None
    state: SuspenseState = SuspenseState.OPEN
    etag: str = field(default="", compare=False)


class Suspense(Protocol):
    """Where unbookable usage waits, visibly. All raise `UnavailableError`."""

    async def put(self, item: Suspended) -> bool:
        """Keep *item* and return True; an item of the same id that is there stays as it is: False."""
        ...

    async def get(self, item: str) -> Suspended | None:
        """Return one item."""
        ...

    def items(self, state: SuspenseState, after: str | None) -> AsyncIterator[Suspended]:
        """Items in *state* behind *after*, oldest first."""
        ...

    async def change(self, item: Suspended) -> bool:
        """Store the state, reason and detail of an *item* that was read, and return True; False, and nothing is stored,
        when somebody changed it since: whoever asks reads again and decides again.
        """
        ...
