"""A change: what a decision wants to write. `apply.py` makes the next book from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from shared.kernel.ids import LotId
from shared.ledger.book import Lot, Recharged, Terms
from shared.ledger.brake import Brake
from shared.ledger.call_record import CallRecord
from shared.ledger.claim import Disputed
from shared.ledger.entitlements import Entitlements, Licence
from shared.ledger.habit import Habit
from shared.ledger.hold import Hold, HoldEnd
from shared.ledger.intent import Intent
from shared.ledger.pause import Pause
from shared.ledger.refund import Refund
from shared.ledger.settings import Settings
from shared.ledger.slot import Slot
from shared.ledger.told import Told

CARD = "card"  # money taken from a card
TRANSFER = "transfer"  # money paid outside the service: purchase order, bank transfer
PROMOTION = "promotion"  # credit that nobody paid for
USAGE = "usage"  # calls
BREAKAGE = "breakage"  # lapsed credit
OVERDRAFT = "overdraft"  # booked calls that no lot paid yet
DISPUTE = "dispute"  # money that a bank holds back because of a dispute
ACCRUAL = "accrual"  # calls that are billed after use (R17)
_LOT = "lot:"


class LedgerBrokenError(Exception):
    """A change would break an invariant of the ledger. This is a bug: nothing is written."""


class MovementKind(StrEnum):
    """What one event did, as callers see it (CONTRACT 2)."""

    PURCHASE = "purchase"
    RECHARGE = "recharge"
    GRANT = "grant"
    DEBIT = "debit"
    EXPIRY = "expiry"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    CORRECTION = "correction"
    ACCRUAL = "accrual"  # a call, or overdraft, that is billed after use and that no lot paid anything for


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
class PoolUse:
    """*seconds* that an event took from a pool; below zero when a correction gives them back."""

    pool: str
    seconds: int
    user: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """The entries of one event, and what it took from *pools*. *explanation* says how the charge was calculated (R9).
    *digits* are the last two of the called number: pages are kept for ever and may not hold more of it (R27).
    *capability* is the plan by which a call was booked. *replaces*: the movement that a correction of a call corrects.
    """

    kind: MovementKind
    entries: tuple[Entry, ...]
    event: EventName | None = None
    started_at: datetime | None = None
    user: str = ""
    digits: str = ""
    explanation: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    pools: tuple[PoolUse, ...] = ()
    capability: str = ""
    replaces: str = ""


def lots_changed(change: "Change") -> set[LotId]:
    """The lots that *change* moves money of, or records claims on."""
    return lots_of(change.movements) | {each.lot for each in change.disputed}


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
    """What a decision wants to write. None or empty means unchanged. *result* is stored in the event's marker.

    *holds* were opened or extended; *ended* are keys of holds, each with how it ended. *disputed* are the claims on
    lots, before the movements. *calls* are what becomes of the records of calls.
    """

    movements: tuple[Movement, ...] = ()
    opened: tuple[Lot, ...] = ()
    intents: tuple[Intent, ...] = ()
    outbox: tuple[OutboxMessage, ...] = ()
    slot: Slot | None = None
    settings: Settings | None = None
    zero_notified: bool | None = None
    recharged: Recharged | None = None
    pause: Pause | None = None
    told: Told | None = None
    terms: Terms | None = None
    holds: tuple[Hold, ...] = ()
    ended: tuple[tuple[str, HoldEnd], ...] = ()
    entitlements: Entitlements | None = None
    licences: tuple[Licence, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputed: tuple[Disputed, ...] = ()
    brake: Brake | None = None
    habit: Habit | None = None
    calls: tuple[CallRecord, ...] = ()
    result: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def then(self, later: "Change") -> "Change":
        """Both changes, in order. Where both set a field such as slot or settings, *later* wins."""
        if later is NOTHING:
            return self
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
            told=later.told or self.told,
            terms=later.terms or self.terms,
            holds=self.holds + later.holds,
            ended=self.ended + later.ended,
            entitlements=later.entitlements or self.entitlements,
            licences=self.licences + later.licences,
            refunds=self.refunds + later.refunds,
            disputed=self.disputed + later.disputed,
            brake=later.brake or self.brake,
            habit=later.habit or self.habit,
            calls=self.calls + later.calls,
            result={**self.result, **later.result},
        )


NOTHING = Change()
"""What a rule returns when it has nothing to add. If it is committed, the page is empty."""
