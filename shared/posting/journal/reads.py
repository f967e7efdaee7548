"""Reads of the ledger's rows: the book, markers, pages, closed lots. Each says how fresh it is."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace

from shared.kernel.ids import AccountId, LotId
from shared.ledger.book import Lot
from shared.ledger.intent import Intent
from shared.ports import Row, Table, UnavailableError
from shared.posting.decision import Event, Mark
from shared.posting.journal.keys import CLOSED_INTENT, CLOSED_LOT, HEAD, MARKER, OPEN_LOT, end_of, page_key
from shared.posting.journal.pages import Page, page_of
from shared.posting.journal.rows import Loaded, intent_of, loaded_from, lot_of, mark_of

OPEN_ROWS = "a:"

LOADS_MAX = 20
"""Tries to read a book whose rows came in several responses, while others commit between them."""

PAGES_AT_ONCE = 200

_LOT_SIDES = (OPEN_LOT, CLOSED_LOT, OPEN_LOT)
"""Where a lot may lie; it changes sides in one commit, so it is always on one of them."""


async def load(table: Table, account: AccountId) -> Loaded | None:
    """Read the whole working set as of one instant; None when there is no such account.

    One response shows one instant. Several count only if the head is unchanged afterwards; else it would be the head
    of one instant with the lots of another.
    """
    for _ in range(LOADS_MAX):
        found = await table.range(account, OPEN_ROWS, end_of(OPEN_ROWS))
        loaded = loaded_from(found.rows)
        if loaded is None or found.responses == 1 or await head_etag(table, account) == loaded.etags[HEAD]:
            return loaded
    raise UnavailableError("the account changed during every read")


async def head_etag(table: Table, account: AccountId) -> str:
    """The head's ETag now; empty when there is none."""
    row = await table.get(account, HEAD)
    return row.etag if row else ""


async def marks(table: Table, account: AccountId, events: Iterable[Event]) -> dict[str, Mark]:
    """The markers that exist among *events*, by event key, read in parallel."""
    keys = [event.key for event in events]
    rows = await asyncio.gather(*(table.get(account, MARKER + key) for key in keys))
    return {key: mark_of(key, row.values) for key, row in zip(keys, rows, strict=True) if row}


async def page(table: Table, account: AccountId, sequence: int) -> Page | None:
    """One journal page."""
    row = await table.get(account, page_key(sequence))
    return page_of(row) if row else None


async def insist_on_new(table: Table, account: AccountId) -> None:
    """Make sure that the account has no page. One that has was opened a moment ago, or has lost its head: whoever opens
    it must ask again, for a head beside pages that it does not know is refused by the storage for ever.
    """
    if await page(table, account, 1) is not None:
        raise UnavailableError("the account has pages and no head: is it being opened, or to be rebuilt?")


async def pages(table: Table, account: AccountId, first: int, last: int) -> AsyncIterator[Page]:
    """The pages from *first* to *last*, both included, in order, as far as they exist."""
    while first <= last:
        end = min(last, first + PAGES_AT_ONCE - 1)
        found = await table.range(account, page_key(first), page_key(end + 1))
        for row in found.rows:
            yield page_of(row)
        first = end + 1


async def pages_backwards(table: Table, account: AccountId, last: int, first: int) -> AsyncIterator[Page]:
    """The pages from *last* down to *first*, both included, as far as they exist."""
    while last >= first:
        start = max(first, last - PAGES_AT_ONCE + 1)
        found = await table.range(account, page_key(start), page_key(last + 1))
        for row in reversed(found.rows):
            yield page_of(row)
        last = start - 1


async def with_closed(table: Table, account: AccountId, loaded: Loaded, wanted: Iterable[LotId]) -> Loaded:
    """The book with those of the *wanted* lots that are closed, and their ETags. Read after the book, so that a lot
    that was reopened since makes the commit fail and not lie.
    """
    keys = [CLOSED_LOT + lot for lot in dict.fromkeys(wanted) if lot not in loaded.book.lots]
    rows = [row for row in await asyncio.gather(*(table.get(account, key) for key in keys)) if row]
    closed = {lot.id: lot for lot in (_lot(CLOSED_LOT, row) for row in rows)}
    etags = {**loaded.etags, **{row.key: row.etag for row in rows}}
    return Loaded(replace(loaded.book, closed=closed), etags) if closed else loaded


async def all_lots(table: Table, account: AccountId) -> Sequence[Lot]:
    """Every lot there ever was, oldest first.

    Open, closed, open, one after the other: a lot that is spent or reopened meanwhile is met on one of its two sides.
    """
    lots: dict[LotId, Lot] = {}
    for prefix in _LOT_SIDES:
        found = await table.range(account, prefix, end_of(prefix))
        lots |= {lot.id: lot for lot in (_lot(prefix, row) for row in found.rows)}
    return [lots[name] for name in sorted(lots)]


async def lot(table: Table, account: AccountId, name: LotId) -> Lot | None:
    """One lot, open or closed, though it may change sides meanwhile."""
    for prefix in _LOT_SIDES:
        row = await table.get(account, prefix + name)
        if row is not None:
            return _lot(prefix, row)
    return None


async def closed_intents(table: Table, account: AccountId) -> Sequence[Intent]:
    """Every purchase that has ended, oldest first."""
    found = await table.range(account, CLOSED_INTENT, end_of(CLOSED_INTENT))
    return [intent_of(row.values) for row in found.rows]


async def closed_intent(table: Table, account: AccountId, intent: str) -> Intent | None:
    """One purchase that has ended."""
    row = await table.get(account, CLOSED_INTENT + intent)
    return intent_of(row.values) if row else None


def _lot(prefix: str, row: Row) -> Lot:
    return lot_of(LotId(row.key.removeprefix(prefix)), row.values)
