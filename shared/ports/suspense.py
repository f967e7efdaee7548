"""Suspense: where usage waits that could not be booked."""

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
"""Why usage may wait (CONTRACT 1)."""


class SuspenseState(StrEnum):
    """What became of a usage message that could not be booked."""

    OPEN = "open"
    REPLAYED = "replayed"  # tried again and booked
    ACCEPTED = "accepted"  # a conflict, booked as a correction
    DISMISSED = "dismissed"  # an operator decided not to book it; the detail says why


class Encoding(StrEnum):
    """How the received bytes are represented as text."""

    TEXT = "text"  # the bytes are UTF-8
    BASE64 = "base64"  # the bytes are not UTF-8


@dataclass(frozen=True, slots=True)
class Suspended:
    """A usage event, or bytes, that could not be booked. *message* is the whole event or raw text, in *encoding*.
    *etag* is the one with which the item was read; it is not part of its value. *closed_at* is when its state last
    changed from open; None for an item that version 0.1.0 closed. *row* is the row of a file in which it arrived.
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
    row: str = ""
    etag: str = field(default="", compare=False)

    def closed(self, state: SuspenseState, *, now: datetime) -> "Suspended":
        """The item closed at *now* in *state*. Clocks differ: it is never closed before it was received."""
        return replace(self, state=state, closed_at=max(now, self.received_at))


def key_of_bytes(raw: str | bytes) -> str:
    """The id of bytes that have no other identity: the same bytes always get the same id. Text is encoded as UTF-8."""
    return f"bytes-{digest(raw)[:32]}"


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many items were deleted at the end of their retention; *were_open* of them were still open."""

    items: int
    were_open: int


class Suspense(Protocol):
    """Items in suspense. All methods raise `UnavailableError`."""

    async def put(self, item: Suspended) -> bool:
        """Store *item* and return True; False, and nothing is stored, if there is an item with its id."""
        ...

    async def put_unidentified(self, items: Sequence[Suspended]) -> Sequence[Suspended]:
        """Keep each of *items*, which have no identity but their bytes, and return those that did not exist, or that
        the same row stored before. Few calls for many items: one message may hold thousands.
        """
        ...

    async def kept_bytes(self, keys: Sequence[str]) -> set[str]:
        """Those of *keys*, made by `key_of_bytes`, whose bytes are kept."""
        ...

    async def get(self, item: str) -> Suspended | None:
        """Return one item."""
        ...

    def items(self, state: SuspenseState, after: str | None) -> AsyncIterator[Suspended]:
        """Items in *state* after the id *after*, oldest first."""
        ...

    async def change(self, item: Suspended) -> bool:
        """Store the state, reason and detail of an *item* that was read, and return True. Return False, and store
        nothing, if it was changed since: the caller must read it and decide again.
        """
        ...

    async def delete_outdated(self, closed_before: datetime, received_before: datetime) -> Deleted:
        """Delete every item that was closed before *closed_before* or received before *received_before*, in any state,
        and return how many. Only due items are read. It can be repeated safely.
        """
        ...

    async def kept_since(self) -> datetime | None:
        """Every item received at or after this instant still exists; None: no item was ever deleted."""
        ...
