"""A debit: a finished call is always booked in full (R12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.ledger.book import OPEN_LOTS_MAX, Book
from shared.ledger.change import OVERDRAFT, USAGE, Change, Entry, EventName, Movement, MovementKind, lot_place
from shared.ledger.order import consumption_order


@dataclass(frozen=True, slots=True)
class Charge:
    """One rated call: micro-units, zero for a free one, and what a page may keep about it."""

    amount: int
    started_at: datetime
    event: EventName
    user: str
    digits: str
    explanation: Mapping[str, object]


def debit(book: Book, charge: Charge) -> Change:
    """Spend *charge* from the lots that were usable when the call began; what they lack becomes overdraft (R11, R12).

    A call begun before a lot's expiry and reported late is paid from that lot until the lot lapses (R2).

    It takes from `OPEN_LOTS_MAX` lots at most, because a commit holds no more. Where an account has more than that, the
    rest is overdraft for now, which the commits that follow settle from the further lots.
    """
    entries = spend(book, charge.amount, charge.started_at, lots_max=OPEN_LOTS_MAX)
    return Change(movements=(movement(MovementKind.DEBIT, charge, entries),))


def movement(kind: MovementKind, charge: Charge, entries: tuple[Entry, ...]) -> Movement:
    """The movement that tells *charge* and its entries to the outside."""
    return Movement(
        kind, entries, charge.event, charge.started_at, charge.user, charge.digits, explanation=charge.explanation
    )


def spend(book: Book, amount: int, started_at: datetime, *, lots_max: int) -> tuple[Entry, ...]:
    """Entries that take *amount* from the first *lots_max* usable lots in their order, each to exactly zero, then from
    overdraft.
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
