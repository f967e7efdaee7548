"""A debit: a finished call is always booked in full (R12), from what its hold has set aside first (R14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.kernel.ids import LotId
from shared.ledger.book import OPEN_LOTS_MAX, Book
from shared.ledger.change import (
    ACCRUAL,
    OVERDRAFT,
    USAGE,
    Change,
    Entry,
    EventName,
    Movement,
    MovementKind,
    PoolUse,
    lot_at,
    lot_place,
)
from shared.ledger.entitlements import BillingState
from shared.ledger.order import consumption_order


@dataclass(frozen=True, slots=True)
class Charge:
    """One rated call: its price in micro-units, zero for a free call, its call kind, the seconds that pools pay, and
    what a page may keep about it. *replaces* is the movement that it corrects.
    """

    amount: int
    started_at: datetime
    event: EventName
    user: str
    digits: str
    explanation: Mapping[str, object]
    call_kind: str = ""
    pools: tuple[PoolUse, ...] = ()
    capability: str = ""
    replaces: str = ""


def debit(book: Book, charge: Charge) -> Change:
    """Spend *charge* from the lots that were usable when the call began. What they cannot cover becomes overdraft, or
    is billed after use (R11, R12, R17).

    A call that began before a lot's expiry and is reported late is paid from that lot until the lot lapses (R2).

    A debit takes from at most `OPEN_LOTS_MAX` lots, because a commit holds no more. If the account has more lots, the
    rest becomes overdraft, which the following commits settle from the remaining lots.
    """
    entries = spend(book, charge, charge.amount, lots_max=OPEN_LOTS_MAX)
    return Change(movements=(movement(kind_of(book, entries), charge, entries),))


def kind_of(book: Book, entries: tuple[Entry, ...]) -> MovementKind:
    """A debit, or an accrual where no lot paid anything for a charged call that is billed after use (CONTRACT 2)."""
    is_accrual = unpaid_place(book) == ACCRUAL and bool(entries)
    return MovementKind.ACCRUAL if is_accrual and not any(lot_at(entry.source) for entry in entries) else _DEBIT


_DEBIT = MovementKind.DEBIT


def movement(kind: MovementKind, charge: Charge, entries: tuple[Entry, ...]) -> Movement:
    """The movement that records *charge* and its entries."""
    return Movement(
        kind,
        entries,
        charge.event,
        charge.started_at,
        charge.user,
        charge.digits,
        explanation=charge.explanation,
        pools=charge.pools,
        capability=charge.capability,
        replaces=charge.replaces,
    )


def unpaid_place(book: Book) -> str:
    """Where the part goes that no lot pays: overdraft, or accrued usage where it is billed after use (R12, R17)."""
    return OVERDRAFT if book.entitlements.billing is BillingState.PREPAID else ACCRUAL


def spend(
    book: Book, charge: Charge, amount: int, *, lots_max: int, pins: tuple[tuple[LotId, int], ...] = ()
) -> tuple[Entry, ...]:
    """Entries that take *amount*: first from *pins*, which a hold of this call has just given back to their lots, where
    the lot may pay for the call's kind (its record may name another number than the question); then from the first
    *lots_max* usable lots in R11's order, each down to zero before the next; and the rest from overdraft or accrued
    usage.
    """
    taken: dict[LotId, int] = {}
    for name, pinned in pins:
        part = min(pinned, amount) if book.lots[name].pays_for(charge.call_kind) else 0
        if part:
            taken[name] = taken.get(name, 0) + part
            amount -= part
    for lot in consumption_order(book, charge.started_at, charge.call_kind) if amount else ():
        free = lot.free - taken.get(lot.id, 0)
        if free == 0:
            continue
        if amount == 0 or len(taken | {lot.id: 0}) > lots_max:
            break
        part = min(free, amount)
        taken[lot.id] = taken.get(lot.id, 0) + part
        amount -= part
    entries = [Entry(lot_place(name), USAGE, part) for name, part in taken.items()]
    if amount > 0:
        entries.append(Entry(unpaid_place(book), USAGE, amount))
    return tuple(entries)
