"""What calls have used a day lately, from two points of the journal: no page between them is read."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.ids import LotId
from shared.ledger.book import Book, Lot
from shared.posting.journal import reads
from shared.service.services import Services
from shared.views.balance import last_page_at

LATELY = timedelta(days=28)
"""Four weeks: the same number of each day of the week."""

SHORTEST = timedelta(days=1)
"""A younger account is counted as one day old, so that a first busy hour does not look like a habit."""


async def used_per_day(services: Services, book: Book, *, now: datetime) -> int:
    """Micro-units that calls took a day, on average over the last `LATELY`, or since the first page if there are fewer
    days. What was refunded or clawed back in this time is not use; what lapsed is not, either.

    It costs a search for one page, and reads of the lots that were open then and are closed now.
    """
    table, account, since = services.ledger.table, book.terms.account, now - LATELY
    page = await last_page_at(table, account, book.position.sequence, since)
    if page is None:
        since = max(since, book.terms.opened_at)
    after: Mapping[str, Any] = page.facts["after"] if page else {"lots": {}, "overdraft": 0, "accrued": 0}
    before = {LotId(lot): int(left[0]) for lot, left in after["lots"].items()}
    closed = await asyncio.gather(*(reads.lot(table, account, lot) for lot in before if lot not in book.lots))
    later = await reads.lots_since(table, account, since)
    lots = {lot.id: lot for lot in (*closed, *later, *book.lots.values()) if lot is not None}
    used = sum(_used(lot, before.get(lot.id)) for lot in lots.values())
    owed = int(book.overdraft + book.accrued - after["overdraft"] - after["accrued"])
    days = max(now - since, SHORTEST)
    return max(0, used + owed) * int(timedelta(days=1).total_seconds()) // int(days.total_seconds())


def _used(lot: Lot, before: int | None) -> int:
    """What calls have taken from *lot* since it held *before*; None: since it was opened."""
    return lot.consumed if before is None else max(0, before - lot.remaining - lot.gone)
