"""The order in which lots are spent (R11). It is total: sorting the same lots always gives the same order."""

from collections.abc import Iterable
from datetime import datetime

from shared.ledger.book import Book, Funding, Lot


def consumption_key(lot: Lot) -> tuple[int, bool, datetime, bool, datetime, str]:
    """Sort key: lower priority first, then lots with a scope before general ones, earlier expiry, promotional before
    paid, earlier purchase, and finally the id.
    """
    return (lot.priority, not lot.scope, lot.expires_at, lot.funding is Funding.PAID, lot.purchased_at, lot.id)


def consumption_order(book: Book, started_at: datetime, call_kind: str | None) -> list[Lot]:
    """The lots that may pay for a call of *call_kind* that began at *started_at*, in the order in which they are spent.
    Without a kind: the lots without a scope. A disputed lot pays for nothing.
    """
    usable: Iterable[Lot] = (
        lot
        for lot in book.lots.values()
        if lot.free > 0 and lot.usable_at(started_at) and lot.pays_for(call_kind) and not lot.is_disputed
    )
    return sorted(usable, key=consumption_key)
