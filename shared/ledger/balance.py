"""The figures of an account: balance, held, overdraft and spendable. They are never mixed (R12)."""

from datetime import datetime

from shared.ledger.book import Book


def remaining(book: Book) -> int:
    """What is left in all open lots, including expired ones that still wait for late usage."""
    return sum(lot.remaining for lot in book.lots.values())


def held(book: Book) -> int:
    """What open holds have set aside."""
    return sum(lot.pinned for lot in book.lots.values())


def balance(book: Book, at: datetime) -> int:
    """What is left in lots that have not expired at *at*, disputed ones included. It is exact at every instant and
    needs no timer (R2).
    """
    return sum(lot.remaining for lot in book.lots.values() if lot.usable_at(at))


def spendable(book: Book, at: datetime) -> int:
    """What a call of any kind that begins at *at* may use: unexpired, undisputed, not set aside, without a scope."""
    return sum(lot.free for lot in book.lots.values() if lot.usable_at(at) and not lot.scope and not lot.is_disputed)


def scoped(book: Book, at: datetime) -> int:
    """The same in lots with a scope: only calls of certain kinds may use it."""
    return sum(lot.free for lot in book.lots.values() if lot.usable_at(at) and lot.scope and not lot.is_disputed)


def usable(book: Book, at: datetime, call_kind: str) -> int:
    """What a call of *call_kind* that begins at *at* may use."""
    return sum(
        lot.free for lot in book.lots.values() if lot.usable_at(at) and lot.pays_for(call_kind) and not lot.is_disputed
    )


def can_spend(book: Book, at: datetime) -> bool:
    """Whether `spendable` is above zero. Called after every debit, so it stops at the first lot that qualifies."""
    return any(
        lot.free > 0 and lot.usable_at(at) and not lot.scope and not lot.is_disputed for lot in book.lots.values()
    )


def has_balance(book: Book, at: datetime) -> bool:
    """Whether anything is left that is unexpired, undisputed and without a scope, set aside or not."""
    return any(
        lot.remaining > 0 and lot.usable_at(at) and not lot.scope and not lot.is_disputed for lot in book.lots.values()
    )
