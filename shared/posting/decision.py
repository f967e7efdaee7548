"""What is asked of the loop, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from shared.kernel.ids import LotId, digest
from shared.ledger.book import Book, Refused, Terms
from shared.ledger.change import Change

_LENGTH = 48
"""Hexadecimal digits of a key or content hash: 192 bits, because both stand in every page for ever."""

_ADDED_LENGTH = 16
"""It only tells apart what one event may say in few ways, beside a content that is the same."""

ADDED = "added"
"""Where a marker's result keeps it."""


class MarkKind(StrEnum):
    """What became of an outside event, for ever."""

    BOOKED = "booked"
    SUSPENDED = "suspended"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Event:
    """An outside event: who it is, and what it says. Same key and content: a duplicate; other content: a conflict.

    *older*: the content as earlier releases wrote it. A marker of theirs is recognised by it, a new one never holds it.
    *added*: what the content covers since a later release. It stands beside the content, so that the release before
    still recognises a new marker while both run; a marker without it is of that release, and is compared without it.
    """

    key: str
    content: str
    older: tuple[str, ...] = field(default=(), compare=False)
    added: str = field(default="", compare=False)

    def noted(self, result: Mapping[str, str]) -> Mapping[str, str]:
        """What its marker keeps: the *result* of its decision, and what was added to its content."""
        return {**result, ADDED: self.added} if self.added else result

    def says(self, content: str, result: Mapping[str, str]) -> bool:
        """Whether a marker with this *content* and *result* is about what this event says, in today's form or in that
        of the release that wrote it.
        """
        return (content == self.content or content in self.older) and result.get(ADDED, "") in {"", self.added}

    def is_settled_by(self, mark: "Mark") -> bool:
        """Whether the marker under its key was set for what this event says."""
        return self.says(mark.event.content, mark.result)


def event(*name: str, content: str, older: tuple[str, ...] = (), added: str = "") -> Event:
    """The event called *name*, with digests of what it says, of the *older* forms of that, and of what was *added*."""
    key, *contents = (digest(*name), digest(content), *(digest(text) for text in older))
    extra = digest(added)[:_ADDED_LENGTH] if added else ""
    return Event(key[:_LENGTH], contents[0][:_LENGTH], tuple(text[:_LENGTH] for text in contents[1:]), extra)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker: *event* is settled by page *sequence*, there by movement *movement* (None: by none)."""

    event: Event
    kind: MarkKind
    sequence: int
    movement: int | None
    result: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide. *decide* is pure: it may be called again on a newer book.

    It returns a Change (an empty one is still committed), a refusal, or None when there is nothing to do.
    *also*: further events that must be new, such as a grant's reference. *wants*: lots that may be closed and that
    *decide* must see. *opens*: with these terms the account comes into being if it is not there. *alarm*: the instant
    whose alarm this decision answers. *epoch*: the life of the account on which the decision rests; in another one it
    is refused. A closed account refuses everything but being opened again, and looks.
    """

    decide: Callable[[Book, datetime], Change | Refused | None]
    event: Event | None = None
    also: tuple[Event, ...] = ()
    kind: MarkKind = MarkKind.BOOKED
    wants: tuple[LotId, ...] = ()
    opens: Terms | None = None
    alarm: datetime | None = None
    epoch: str | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event that this decision would mark."""
        return (*((self.event,) if self.event else ()), *self.also)


@dataclass(frozen=True, slots=True)
class Posted:
    """Committed, in page *sequence*; *book* is the account after it."""

    sequence: int
    movements: tuple[str, ...]
    result: Mapping[str, str]
    book: Book


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The event was settled before, with the same content."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class Conflict:
    """The event was settled before, with other content."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class Taken:
    """One of the further events was settled before, by another decision."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class Unchanged:
    """There was nothing to do."""

    book: Book


Answer: TypeAlias = Posted | Duplicate | Conflict | Taken | Refused | Unchanged

UNKNOWN_ACCOUNT = Refused("not_found", "there is no such account")
