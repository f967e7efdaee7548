"""In which order lots are spent (R11): a total order, so that two readers never disagree."""

from collections.abc import Iterable
from datetime import datetime

from shared.ledger.book import Book, Funding, Lot


def consumption_key(lot: Lot) -> tuple[int, datetime, bool, datetime, str]:
    """Lower priority first, then earliest expiry, promotional before paid, earlier purchase, and the id last of all.

    Scope-restricted before general belongs second; no lot has a scope yet.
    """
    return (lot.priority, lot.expires_at, lot.funding is Funding.PAID, lot.purchased_at, lot.id)


def consumption_order(book: Book, started_at: datetime) -> list[Lot]:
    """The lots that may pay for a call begun at *started_at*, in the order in which they are spent."""
    usable: Iterable[Lot] = (lot for lot in book.lots.values() if lot.free > 0 and lot.usable_at(started_at))
    return sorted(usable, key=consumption_key)
