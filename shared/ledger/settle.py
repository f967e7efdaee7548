"""Overdraft and free unexpired money never stand side by side (R12)."""

from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.change import OVERDRAFT, Entry, lot_place
from shared.ledger.order import consumption_order


def settle_overdraft(book: Book, *, now: datetime) -> tuple[Entry, ...]:
    """Entries that pay the overdraft from what is free and unexpired at *now*, in the order of R11."""
    entries, owed = [], book.overdraft
    for lot in consumption_order(book, now) if owed else ():
        paid = min(lot.free, owed)
        entries.append(Entry(lot_place(lot.id), OVERDRAFT, paid))
        owed -= paid
        if owed == 0:
            break
    return tuple(entries)
