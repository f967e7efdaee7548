"""A change: what a decision wants to write. `apply` makes the next book from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from shared.kernel.ids import LotId
from shared.ledger.book import Book, Lot, Recharged, Terms
from shared.ledger.intent import Intent
from shared.ledger.pause import Pause
from shared.ledger.settings import Settings
from shared.ledger.slot import Slot

CARD = "card"  # money taken from a card
TRANSFER = "transfer"  # money paid outside the service: purchase order, bank transfer
PROMOTION = "promotion"  # credit that nobody paid for
USAGE = "usage"  # calls
BREAKAGE = "breakage"  # lapsed credit
OVERDRAFT = "overdraft"  # booked calls that no lot paid yet
_LOT = "lot:"

_OUTSIDE = frozenset({CARD, TRANSFER, PROMOTION, USAGE, BREAKAGE})


class LedgerBrokenError(Exception):
    """A change would break an invariant of the ledger. This is a bug: nothing is written."""


class MovementKind(StrEnum):
    """What one event did, as callers see it (CONTRACT 2)."""

    PURCHASE = "purchase"
    RECHARGE = "recharge"
    GRANT = "grant"
    DEBIT = "debit"
    EXPIRY = "expiry"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Entry:
    """A positive *amount* of micro-units that goes from one named place to another."""

    source: str
    target: str
    amount: int


def lot_place(lot: LotId) -> str:
    """The place that an entry names for *lot*."""
    return _LOT + lot


def lot_at(place: str) -> LotId | None:
    """The lot that *place* names; None for the other places."""
    return LotId(place[len(_LOT) :]) if place.startswith(_LOT) else None


@dataclass(frozen=True, slots=True)
class EventName:
    """The source and id that the sender gave an event."""

    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Movement:
    """The entries of one event. *explanation* says how the charge was calculated (R9). *digits* are the last two of the
    called number: pages are kept for ever and may not hold more of it (R27).
    """

    kind: MovementKind
    entries: tuple[Entry, ...]
    event: EventName | None = None
    started_at: datetime | None = None
    user: str = ""
    digits: str = ""
    explanation: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


def lots_of(movements: Iterable[Movement]) -> set[LotId]:
    """The lots that *movements* take from or give to."""
    places = (place for each in movements for entry in each.entries for place in (entry.source, entry.target))
    return {lot for place in places if (lot := lot_at(place)) is not None}


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message that follows from a decision and must reach *queue*. It is written in the same commit (the outbox).

    *private* is stored with the outbox row only, never in a page: it may hold full phone numbers (R27).
    """

    queue: str
    body: Mapping[str, object]
    private: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a decision wants to write. None or empty means unchanged. *result* is stored in the event's marker."""

    movements: tuple[Movement, ...] = ()
    opened: tuple[Lot, ...] = ()
    intents: tuple[Intent, ...] = ()
    outbox: tuple[OutboxMessage, ...] = ()
    slot: Slot | None = None
    settings: Settings | None = None
    zero_notified: bool | None = None
    recharged: Recharged | None = None
    pause: Pause | None = None
    terms: Terms | None = None
    result: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def then(self, later: "Change") -> "Change":
        """Both changes, in order. Where both set a field such as slot or settings, *later* wins."""
        return Change(
            movements=self.movements + later.movements,
            opened=self.opened + later.opened,
            intents=self.intents + later.intents,
            outbox=self.outbox + later.outbox,
            slot=later.slot or self.slot,
            settings=later.settings or self.settings,
            zero_notified=self.zero_notified if later.zero_notified is None else later.zero_notified,
            recharged=later.recharged or self.recharged,
            pause=later.pause or self.pause,
            terms=later.terms or self.terms,
            result={**self.result, **later.result},
        )


NOTHING = Change()
"""What a rule returns when it has nothing to add. If it is committed, the page is empty."""


def apply(book: Book, change: Change) -> Book:
    """The book after *change*. Raises LedgerBrokenError when a lot or the overdraft would fall below zero."""
    lots, closed = dict(book.lots), dict(book.closed)
    for lot in change.opened:
        if lot.id in lots or lot.id in closed:
            raise LedgerBrokenError(f"lot {lot.id} is opened twice")
        lots[lot.id] = lot
    overdraft = book.overdraft
    for movement in change.movements:
        for entry in movement.entries:
            overdraft = _move(lots, closed, overdraft, entry)
    for spent in [lot for lot in lots.values() if lot.remaining == 0]:
        closed[spent.id] = lots.pop(spent.id)
    return replace(
        book,
        lots=lots,
        closed=closed,
        overdraft=overdraft,
        intents={**book.intents, **{intent.id: intent for intent in change.intents}}
        if change.intents
        else book.intents,
        slot=change.slot or book.slot,
        settings=change.settings or book.settings,
        zero_notified=book.zero_notified if change.zero_notified is None else change.zero_notified,
        recharged=change.recharged or book.recharged,
        pause=change.pause or book.pause,
        terms=change.terms or book.terms,
    )


def _move(lots: dict[LotId, Lot], closed: dict[LotId, Lot], overdraft: int, entry: Entry) -> int:
    """Apply one entry to the lots and return the overdraft after it."""
    if entry.amount <= 0:
        raise LedgerBrokenError(f"an entry moves {entry.amount}")
    for place, amount in ((entry.source, -entry.amount), (entry.target, entry.amount)):
        lot = lot_at(place)
        if lot is not None:
            if lot not in lots and lot in closed:
                lots[lot] = closed.pop(lot)
            lots[lot] = _add_amount(lots.get(lot), amount, entry)
        elif place == OVERDRAFT:
            overdraft -= amount
        elif place not in _OUTSIDE:
            raise LedgerBrokenError(f"there is no place {place}")
    if overdraft < 0:
        raise LedgerBrokenError("more overdraft is settled than there is")
    return overdraft


def _add_amount(lot: Lot | None, amount: int, entry: Entry) -> Lot:
    """The lot with *amount* more in it. Checks the invariants 0 <= pinned <= remaining and
    remaining + expired <= original.
    """
    if lot is None:
        raise LedgerBrokenError(f"the lot in {entry} is not in the book")
    remaining = lot.remaining + amount
    expired = lot.expired + (entry.amount if entry.target == BREAKAGE else 0)
    if not lot.pinned <= remaining <= lot.original - expired:
        amounts = f"{remaining} of {lot.original}, {lot.pinned} pinned, {expired} expired"
        raise LedgerBrokenError(f"lot {lot.id} would hold {amounts}")
    return replace(lot, remaining=remaining, expired=expired)
