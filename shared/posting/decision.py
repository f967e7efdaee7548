"""Decisions, which callers give to the loop, and the answers that it returns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from shared.kernel.ids import LotId, digest
from shared.ledger.book import Book, Refused, Terms
from shared.ledger.change import Change

_LENGTH = 48
"""Hexadecimal digits of a key or content hash: 192 bits, because both are kept in pages for ever."""

_ADDED_LENGTH = 16
"""Hexadecimal digits of the digest of *added*. It only distinguishes a few variants of the same event and content."""

ADDED = "added"
"""The name of that digest in a marker's result."""


class MarkerKind(StrEnum):
    """The final outcome of an event."""

    BOOKED = "booked"
    SUSPENDED = "suspended"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened outside: its identity (*key*) and a digest of its *content*. The same key and content is
    a duplicate; the same key with other content is a conflict.

    *older*: the digests that earlier releases made of the content. They recognise markers of those releases; new
    markers never hold them. *added*: a digest of the content that a later release also covers. It is stored beside the
    content, so that the release before still recognises a new marker while both run. A marker without it is of that
    release and is compared without it.
    """

    key: str
    content: str
    older: tuple[str, ...] = field(default=(), compare=False)
    added: str = field(default="", compare=False)

    def marker_result(self, result: Mapping[str, str]) -> Mapping[str, str]:
        """What the event's marker stores: the *result* of the decision, and *added*."""
        return {**result, ADDED: self.added} if self.added else result

    def has_content(self, content: str, result: Mapping[str, str]) -> bool:
        """Whether a marker with this *content* and *result* has the content of this event, as this release or an
        earlier one digests it.
        """
        return (content == self.content or content in self.older) and result.get(ADDED, "") in {"", self.added}

    def is_settled_by(self, marker: "Marker") -> bool:
        """Whether the marker under its key was written for the same content."""
        return self.has_content(marker.event.content, marker.result)


def event(*name: str, content: str, older: tuple[str, ...] = (), added: str = "") -> Event:
    """The event called *name*, with digests of its *content*, of its *older* forms and of what was *added*."""
    key, *contents = (digest(*name), digest(content), *(digest(text) for text in older))
    extra = digest(added)[:_ADDED_LENGTH] if added else ""
    return Event(key[:_LENGTH], contents[0][:_LENGTH], tuple(text[:_LENGTH] for text in contents[1:]), extra)


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker: page *sequence* settled *event*, by its movement number *movement* (None: without a movement)."""

    event: Event
    kind: MarkerKind
    sequence: int
    movement: int | None
    result: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something to decide about one account. *decide* is pure: it may be called again on a newer book.

    *decide* returns a Change (an empty one is still committed), a refusal, or None when there is nothing to do.
    *further_events*: other events that must be new, such as a grant's reference. *leg*: an event that is also settled
    unless a hold is open under its key. *closed_lots* and *closed_refunds*: lots
    and refunds that may be closed and that *decide* needs. *licences*: users whose licence it needs. *pools*: returns
    the keys of the pools that it needs on a book. *opening_terms*: the terms with which the account is opened if it
    does not exist. *alarm*: the instant of the alarm that this decision answers. *epoch*: the life of the account that
    the decision is for; it is refused in another one. A closed account refuses every decision except opening it again
    and catching it up.
    """

    decide: Callable[[Book, datetime], Change | Refused | None]
    event: Event | None = None
    further_events: tuple[Event, ...] = ()
    kind: MarkerKind = MarkerKind.BOOKED
    closed_lots: tuple[LotId, ...] = ()
    closed_refunds: tuple[str, ...] = ()
    leg: Event | None = None
    licences: tuple[str, ...] = ()
    pools: Callable[[Book], Iterable[str]] | None = None
    opening_terms: Terms | None = None
    alarm: datetime | None = None
    epoch: str | None = None

    def events_on(self, book: Book) -> tuple[Event, ...]:
        """Every event for which this decision would write a marker on *book*. A leg whose hold is open has one, and an
        account that has never authorised a call needs none: it would double the markers of its usage.
        """
        if self.leg is None or self.leg.key in book.holds or book.entitlements.authorises_since is None:
            return self.events
        return (*self.events, self.leg)

    @property
    def all_events(self) -> tuple[Event, ...]:
        """`events`, and the leg: every event for which it may write a marker."""
        return (*self.events, self.leg) if self.leg is not None else self.events

    @property
    def events(self) -> tuple[Event, ...]:
        """Its own event and the further ones."""
        return (*((self.event,) if self.event else ()), *self.further_events)


@dataclass(frozen=True, slots=True)
class Posted:
    """The decision was committed in page *sequence*; *book* is the account after it."""

    sequence: int
    movements: tuple[str, ...]
    result: Mapping[str, str]
    book: Book


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The event was settled before, with the same content."""

    marker: Marker


@dataclass(frozen=True, slots=True)
class Conflict:
    """The event was settled before, with other content."""

    marker: Marker


@dataclass(frozen=True, slots=True)
class FurtherEventSettled:
    """One of the further events was settled before, by another decision."""

    marker: Marker


@dataclass(frozen=True, slots=True)
class Unchanged:
    """There was nothing to do."""

    book: Book


Answer: TypeAlias = Posted | Duplicate | Conflict | FurtherEventSettled | Refused | Unchanged

UNKNOWN_ACCOUNT = Refused("not_found", "there is no such account")
