"""Where unbookable usage waits, visibly."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.kernel.ids import digest

SUSPENSE_REASONS = (
    *("unreadable", "not_cloudevents", "unknown_type", "invalid_field", "too_long", "in_the_future", "before_account"),
    *("unknown_account", "no_rate", "masked_number", "unknown_payer", "conflict", "not_a_call", "poison"),
)
"""Why usage may wait (CONTRACT 1); of some there is nothing yet."""


class SuspenseState(StrEnum):
    """What became of a usage message that could not be booked."""

    OPEN = "open"
    REPLAYED = "replayed"  # tried again and booked
    ACCEPTED = "accepted"  # a conflict, booked as a correction
    DISMISSED = "dismissed"  # an operator's word: it will not be booked; its detail says why


class Encoding(StrEnum):
    """How the bytes that came are written as a text."""

    TEXT = "text"  # they are UTF-8
    BASE64 = "base64"  # they are not UTF-8


@dataclass(frozen=True, slots=True)
class Suspended:
    """A usage event, or bytes, that could not be booked. *message* is the event or the raw text, whole, in *encoding*;
    under *etag* the item was read: no part of what it is. *closed_at* is when its state last left open; None for an
    item that version 0.1.0 closed.
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
    closed_at: datetime | None = None
    encoding: Encoding = Encoding.TEXT
    etag: str = field(default="", compare=False)

    def closed(self, state: SuspenseState, *, now: datetime) -> "Suspended":
        """The item as closed at *now* in *state*; clocks differ, and nothing is closed before it came."""
        return replace(self, state=state, closed_at=max(now, self.received_at))


def key_of_bytes(raw: str | bytes) -> str:
    """What the same bytes are called, however often they come: they have no other identity. A text is its UTF-8."""
    return f"bytes-{digest(raw)[:32]}"


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many items were deleted because their time was over; *were_open* of them were still undecided."""

    items: int
    were_open: int


class Suspense(Protocol):
    """Where unbookable usage waits, visibly. All raise `UnavailableError`."""

    async def put(self, item: Suspended) -> bool:
        """Keep *item* and return True; an item of the same id that is there stays as it is: False."""
        ...

    async def put_unidentified(self, items: Sequence[Suspended]) -> Sequence[Suspended]:
        """Keep each of *items*, which have no identity but their bytes, and return those that were not there. Few calls
        for many items: one message may hold thousands.
        """
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

    async def delete_outdated(self, closed_before: datetime, received_before: datetime) -> Deleted:
        """Delete every item that was closed before *closed_before* or received before *received_before*, whatever its
        state, and return how many. Reads what is due and no more. Again is harmless.
        """
        ...

    async def kept_since(self) -> datetime | None:
        """The instant from which on every item that was received is still there; None: nothing was ever deleted."""
        ...
