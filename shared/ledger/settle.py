"""Overdraft and free unexpired money never stand side by side (R12), but for what one commit cannot hold."""

from datetime import datetime

from shared.ledger.balance import can_spend
from shared.ledger.book import Book
from shared.ledger.change import OVERDRAFT, Entry, lot_place
from shared.ledger.order import consumption_order


def settle_overdraft(book: Book, *, now: datetime, lots_max: int) -> tuple[Entry, ...]:
    """Entries that pay the overdraft from what is free and unexpired at *now*, in the order of R11, from *lots_max*
    lots at most. What an account of more lots then still owes is settled by its next commit.
    """
    entries, owed = [], book.overdraft
    for lot in consumption_order(book, now)[: max(0, lots_max)] if owed else ():
        paid = min(lot.free, owed)
        entries.append(Entry(lot_place(lot.id), OVERDRAFT, paid))
        owed -= paid
        if owed == 0:
            break
    return tuple(entries)


def is_unsettled(book: Book, *, now: datetime) -> bool:
    """Whether overdraft stands beside free unexpired money: more lots had to be spent than a commit can close."""
    return book.overdraft > 0 and can_spend(book, now)
