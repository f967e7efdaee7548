"""Reads of the ledger's rows: the book, markers, pages, closed lots. Each docstring says how fresh the result is."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from shared.kernel.ids import AccountId, LotId
from shared.kernel.times import parse_instant
from shared.ledger.book import Lot
from shared.ledger.entitlements import Licence
from shared.ledger.intent import Intent
from shared.ledger.refund import Refund
from shared.ports import Row, Rows, Table, UnavailableError
from shared.posting.decision import Event, Marker
from shared.posting.journal.call_rows import licence_of
from shared.posting.journal.keys import (
    CLOSED_INTENT,
    CLOSED_LOT,
    CLOSED_REFUND,
    HEAD,
    LICENCE,
    MARKER,
    OPEN_LOT,
    end_of,
    licence_key,
    page_key,
)
from shared.posting.journal.marker_rows import marker_of
from shared.posting.journal.money_back_rows import refund_of
from shared.posting.journal.pages import Page, page_of
from shared.posting.journal.rows import Loaded, intent_of, loaded_from, lot_of

OPEN_ROWS = "a:"

LOADS_MAX = 20
"""Tries to read a book whose rows come in several responses, while other processes commit between them."""

PAGES_AT_ONCE = 200

_LOT_PREFIXES = (OPEN_LOT, CLOSED_LOT, OPEN_LOT)
"""Where a lot can be, in the order to look for it. A lot moves from one to the other in one commit, so that this order
always finds it."""


async def load(table: Table, account: AccountId) -> Loaded | None:
    """Read the whole working set as of one instant; None when there is no such account.

    One response shows one instant. Several are used only if the head is unchanged afterwards; otherwise the head could
    be of one instant and the lots of another.
    """
    for _ in range(LOADS_MAX):
        found = await working_set_rows(table, account, OPEN_ROWS)
        loaded = loaded_from(found.rows)
        if loaded is None or found.responses == 1 or await head_etag(table, account) == loaded.etags[HEAD]:
            return loaded
    raise UnavailableError("the account changed during every read")


async def working_set_rows(table: Table, account: AccountId, first: str) -> Rows:
    """The rows from the key *first* to the end of the working set. If they come in several responses, those whose keys
    are less than the head's, such as the brake, are read again after it. So an unchanged head proves them, too.
    """
    found = await table.range(account, first, end_of(OPEN_ROWS))
    if found.responses == 1:
        return found
    earlier = await table.range(account, first, HEAD)
    return Rows([*earlier.rows, *(row for row in found.rows if row.key >= HEAD)], found.responses + earlier.responses)


async def head_etag(table: Table, account: AccountId) -> str:
    """The head's ETag now; empty when there is none."""
    row = await table.get(account, HEAD)
    return row.etag if row else ""


async def markers(table: Table, account: AccountId, events: Iterable[Event]) -> dict[str, Marker]:
    """The markers that exist among *events*, by event key, read in parallel."""
    keys = [event.key for event in events]
    rows = await asyncio.gather(*(table.get(account, MARKER + key) for key in keys))
    return {key: marker_of(key, row.values) for key, row in zip(keys, rows, strict=True) if row}


async def page(table: Table, account: AccountId, sequence: int) -> Page | None:
    """One journal page."""
    row = await table.get(account, page_key(sequence))
    return page_of(row) if row else None


async def require_no_pages(table: Table, account: AccountId) -> None:
    """Raise `UnavailableError` if the account has a page. Such an account was opened a moment ago, or has lost its
    head. Its opening must be tried again: the storage would always refuse a head and a first page beside existing
    pages.
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


async def with_closed(
    table: Table, account: AccountId, loaded: Loaded, lots: Iterable[LotId], refunds: Iterable[str]
) -> Loaded:
    """*loaded* with those of the *lots* and *refunds* that are closed, and their ETags. They are read after the book:
    if one of them was reopened since, the commit fails.
    """
    book = loaded.book
    keys = [CLOSED_LOT + lot for lot in dict.fromkeys(lots) if lot not in book.lots]
    keys += [CLOSED_REFUND + refund for refund in dict.fromkeys(refunds) if refund not in book.refunds]
    rows = [row for row in await asyncio.gather(*(table.get(account, key) for key in keys)) if row]
    closed = {lot.id: lot for lot in (_lot(CLOSED_LOT, row) for row in rows if row.key.startswith(CLOSED_LOT))}
    ended = [refund_of(row.values) for row in rows if row.key.startswith(CLOSED_REFUND)]
    etags = {**loaded.etags, **{row.key: row.etag for row in rows}}
    known = {**book.refunds, **{refund.id: refund for refund in ended}}
    return Loaded(replace(book, closed=closed, refunds=known), etags) if rows else loaded


async def all_lots(table: Table, account: AccountId) -> Sequence[Lot]:
    """Every lot that ever existed, oldest first.

    Open, closed and again open lots are read one after the other, so that a lot that is spent or reopened meanwhile is
    found in one of the two places.
    """
    lots: dict[LotId, Lot] = {}
    for prefix in _LOT_PREFIXES:
        found = await table.range(account, prefix, end_of(prefix))
        lots |= {lot.id: lot for lot in (_lot(prefix, row) for row in found.rows)}
    return [lots[name] for name in sorted(lots)]


async def lots_since(table: Table, account: AccountId, at: datetime) -> Sequence[Lot]:
    """The lots that were booked at or after *at*, oldest first: their ids begin with that time. An account whose last
    commit was before costs one read.
    """
    head = await table.get(account, HEAD)
    if head is None or parse_instant(str(head.values["at"])) < at:
        return ()
    first, lots = f"{at.astimezone(UTC):%Y%m%d%H%M%S%f}", dict[LotId, Lot]()
    for prefix in _LOT_PREFIXES:
        found = await table.range(account, prefix + first, end_of(prefix))
        lots |= {lot.id: lot for lot in (_lot(prefix, row) for row in found.rows)}
    return [lots[name] for name in sorted(lots)]


async def lot(table: Table, account: AccountId, name: LotId) -> Lot | None:
    """One lot, open or closed, even if it is being spent or reopened meanwhile."""
    for prefix in _LOT_PREFIXES:
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


async def closed_refunds(table: Table, account: AccountId) -> Sequence[Refund]:
    """Every refund whose outcome is known, oldest first."""
    found = await table.range(account, CLOSED_REFUND, end_of(CLOSED_REFUND))
    return [refund_of(row.values) for row in found.rows]


async def closed_refund(table: Table, account: AccountId, refund: str) -> Refund | None:
    """One refund whose outcome is known."""
    row = await table.get(account, CLOSED_REFUND + refund)
    return refund_of(row.values) if row else None


async def licence(table: Table, account: AccountId, user: str) -> Licence:
    """A user's licence; without assignments if there never was one."""
    row = await table.get(account, licence_key(user))
    return licence_of(row.values) if row else Licence(user)


async def licences(table: Table, account: AccountId) -> Sequence[Licence]:
    """The licences of every user who ever had one, in no particular order."""
    return [licence_of(row.values) for row in (await table.range(account, LICENCE, end_of(LICENCE))).rows]


def _lot(prefix: str, row: Row) -> Lot:
    return lot_of(LotId(row.key.removeprefix(prefix)), row.values)
