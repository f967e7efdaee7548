"""Overdraft is settled from free unexpired money (R12). Both exist together only when one commit cannot hold it all."""

from collections.abc import Collection
from datetime import datetime

from shared.kernel.ids import LotId
from shared.ledger.balance import can_spend
from shared.ledger.book import OPEN_LOTS_MAX, Book, Lot
from shared.ledger.change import DISPUTE, NOTHING, OVERDRAFT, Change, Entry, Movement, MovementKind, lot_place
from shared.ledger.order import consumption_order


def settle_overdraft(book: Book, *, now: datetime, touched: Collection[LotId]) -> tuple[Entry, ...]:
    """Entries that pay the overdraft from what is free, unexpired at *now* and without a scope, in R11's order.
    Together with the lots that the commit has already *touched*, they take from at most `OPEN_LOTS_MAX` lots. The next
    commit settles the rest.
    """
    entries, owed, lots = list[Entry](), book.overdraft, set(touched)
    for lot in consumption_order(book, now, None) if owed else ():
        lots.add(lot.id)
        if owed == 0 or len(lots) > OPEN_LOTS_MAX:
            break
        paid = min(lot.free, owed)
        entries.append(Entry(lot_place(lot.id), OVERDRAFT, paid))
        owed -= paid
    return tuple(entries)


def is_unsettled(book: Book, *, now: datetime) -> bool:
    """Whether there is overdraft beside free unexpired money: more lots had to be spent than a commit can close."""
    return book.overdraft > 0 and can_spend(book, now)


def repay(book: Book) -> Change:
    """What is free again in a disputed lot, because a hold or refund has ended, pays the overdraft that was made when
    the bank took more than was free. Part of every commit.
    """
    movements = []
    overdraft = book.overdraft
    for lot in book.lots.values():
        amount = owed(lot, overdraft)
        if amount:
            entries = (Entry(lot_place(lot.id), DISPUTE, amount), Entry(DISPUTE, OVERDRAFT, amount))
            movements.append(Movement(MovementKind.CHARGEBACK, entries))
            overdraft -= amount
    return Change(movements=tuple(movements)) if movements else NOTHING


def owed(lot: Lot, overdraft: int) -> int:
    """What of the free part of *lot* must pay *overdraft* that its disputes have made."""
    return min(lot.free, lot.shortfall, overdraft) if lot.claims and lot.shortfall > 0 else 0
