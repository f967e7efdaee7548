"""The order in which lots are spent (R11). It is total: sorting the same lots always gives the same order."""

from collections.abc import Iterable
from datetime import datetime

from shared.ledger.book import Book, Funding, Lot


def consumption_key(lot: Lot) -> tuple[int, datetime, bool, datetime, str]:
    """Sort key: lower priority first, then earlier expiry, promotional before paid, earlier purchase, and finally the
    id.

    R11 puts scope-restricted lots before general ones in second place; no lot has a scope yet.
    """
    return (lot.priority, lot.expires_at, lot.funding is Funding.PAID, lot.purchased_at, lot.id)


def consumption_order(book: Book, started_at: datetime) -> list[Lot]:
    """The lots that may pay for a call that began at *started_at*, in the order in which they are spent."""
    usable: Iterable[Lot] = (lot for lot in book.lots.values() if lot.free > 0 and lot.usable_at(started_at))
    return sorted(usable, key=consumption_key)
