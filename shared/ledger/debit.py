"""A debit: a finished call is always booked in full (R12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.book import OPEN_LOTS_MAX, Book
from shared.ledger.change import OVERDRAFT, USAGE, Change, Entry, EventName, Movement, MovementKind, lot_place
from shared.ledger.order import consumption_order


@dataclass(frozen=True, slots=True)
class Charge:
    """One rated call: its price in micro-units, zero for a free call, and what a page may keep about it."""

    amount: int
    started_at: datetime
    event: EventName
    user: str
    digits: str
    explanation: Mapping[str, object]


def debit(book: Book, charge: Charge) -> Change:
    """Spend *charge* from the lots that were usable when the call began. What they cannot cover becomes overdraft
    (R11, R12).

    A call that began before a lot's expiry and is reported late is paid from that lot until the lot lapses (R2).

    A debit takes from at most `OPEN_LOTS_MAX` lots, because a commit holds no more. If the account has more lots, the
    rest becomes overdraft, which the following commits settle from the remaining lots.
    """
    entries = spend(book, charge.amount, charge.started_at, lots_max=OPEN_LOTS_MAX)
    return Change(movements=(movement(MovementKind.DEBIT, charge, entries),))


def movement(kind: MovementKind, charge: Charge, entries: tuple[Entry, ...]) -> Movement:
    """The movement that records *charge* and its entries."""
    return Movement(
        kind, entries, charge.event, charge.started_at, charge.user, charge.digits, explanation=charge.explanation
    )


def spend(book: Book, amount: int, started_at: datetime, *, lots_max: int) -> tuple[Entry, ...]:
    """Entries that take *amount* from the first *lots_max* usable lots in R11's order, each down to zero before the
    next, and the rest from overdraft.
    """
    entries = []
    for lot in consumption_order(book, started_at)[:lots_max]:
        if amount == 0:
            break
        taken = min(lot.free, amount)
        entries.append(Entry(lot_place(lot.id), USAGE, taken))
        amount -= taken
    if amount > 0:
        entries.append(Entry(OVERDRAFT, USAGE, amount))
    return tuple(entries)
