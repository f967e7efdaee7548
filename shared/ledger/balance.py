"""Balance, held, overdraft and spendable: numbers that are never mixed (R12)."""

from datetime import datetime

from shared.ledger.book import Book


def remaining(book: Book) -> int:
    """Everything in open lots, the expired ones that still wait for late usage included."""
    return sum(lot.remaining for lot in book.lots.values())


def held(book: Book) -> int:
    """What open holds have set aside."""
    return sum(lot.pinned for lot in book.lots.values())


def balance(book: Book, at: datetime) -> int:
    """What is left in lots that have not expired at *at*: exact at every instant, without any timer (R2)."""
    return sum(lot.remaining for lot in book.lots.values() if lot.usable_at(at))


def spendable(book: Book, at: datetime) -> int:
    """What a call begun at *at* may draw on: unexpired and not set aside."""
    return sum(lot.free for lot in book.lots.values() if lot.usable_at(at))


def can_spend(book: Book, at: datetime) -> bool:
    """Whether `spendable` is above zero; asked after every debit, so it looks no further than the first lot."""
    return any(lot.free > 0 and lot.usable_at(at) for lot in book.lots.values())
