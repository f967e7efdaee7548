"""Retention of suspense: what is due is deleted, found in the order of receipt or through an index by closing time.

The index is a partition of its own. Its row is written before the item is closed, as an alarm is set before its fact:
a row too many is dropped when it is due, a closed item without a row cannot be. An item decides by what it says itself;
keys and index rows only find it.
"""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from shared.kernel.times import instant_text, parse_instant
from shared.ports import (
    Delete,
    Deleted,
    OutcomeUnknownError,
    Row,
    SuspenseState,
    Table,
    UnavailableError,
    Upsert,
    Write,
    WriteRefusedError,
)

ITEMS, BYTES, CLOSED, RETENTION = "items", "bytes", "closed", "retention"
"""The partitions: items, the item of given bytes, closed items by closing time, how far deletion has come."""

FIRST = "0"
"""Before every key that begins with a time."""

PROGRESS = "progress"

AT_ONCE = 100
"""Items a request: as many as a transaction may delete."""


async def index_closing(table: Table, item: str, closed_at: datetime) -> None:
    """Have *item* found when its time after closing is over. Raises `UnavailableError`; again is harmless."""
    await _write(table, CLOSED, [Upsert(f"{key_time(closed_at)}-{item}", {"closedAt": instant_text(closed_at)})])


def key_time(instant: datetime) -> str:
    """*instant* as the beginning of a key, in the order of time."""
    return f"{instant.astimezone(UTC):%Y%m%d%H%M%S%f}"


async def kept_since(table: Table) -> datetime | None:
    """See `Suspense.kept_since`."""
    row = await table.get(RETENTION, PROGRESS)
    return parse_instant(str(row.values["keptSince"])) if row else None


async def delete_outdated(table: Table, closed_before: datetime, received_before: datetime) -> Deleted:
    """See `Suspense.delete_outdated`. How far it goes is written down before anything is deleted, so that the audit
    never misses an item that was deleted by right.
    """
    await _note_progress(table, max(closed_before, received_before))
    items = were_open = 0
    async for rows in _pages(table, CLOSED, key_time(closed_before)):
        due = [row for each in rows if (row := await _closed_item(table, each)) is not None]
        items += len(await _delete_items(table, due))
        await _delete(table, CLOSED, rows)
    async for rows in _pages(table, ITEMS, key_time(received_before)):
        due = [row for row in rows if parse_instant(str(row.values["receivedAt"])) < received_before]
        deleted = await _delete_items(table, due)
        items += len(deleted)
        were_open += sum(row.values["state"] == SuspenseState.OPEN for row in deleted)
    return Deleted(items, were_open)


async def _note_progress(table: Table, kept_since_now: datetime) -> None:
    """Only forward: a longer retention that is set later brings nothing back."""
    noted = await kept_since(table)
    if noted is None or noted < kept_since_now:
        await _write(table, RETENTION, [Upsert(PROGRESS, {"keptSince": instant_text(kept_since_now)})])


async def _pages(table: Table, partition: str, end: str) -> AsyncIterator[Sequence[Row]]:
    """The rows before *end*, some at a time, each once."""
    first = FIRST
    while True:
        rows = (await table.range(partition, first, end, AT_ONCE)).rows
        if rows:
            yield rows
        if len(rows) < AT_ONCE:
            return
        first = f"{rows[-1].key}!"


async def _closed_item(table: Table, index: Row) -> Row | None:
    """The item that an index row is about; None when it is gone, or was closed at another time."""
    item = await table.get(ITEMS, index.key.partition("-")[2])
    return item if item and item.values.get("closedAt") == index.values["closedAt"] else None


async def _delete_items(table: Table, items: Sequence[Row]) -> Sequence[Row]:
    """Delete *items* and return those that were. First the memory of their bytes: the same bytes again are a new item,
    which must not get the name of one that is deleted.
    """
    for item in items:
        if not item.values["event"]:
            await _forget_bytes(table, item)
    return await _delete(table, ITEMS, items)


async def _forget_bytes(table: Table, item: Row) -> None:
    row = await table.get(BYTES, item.key.partition("-")[2])
    if row and row.values["item"] == item.key:
        await _delete(table, BYTES, [row])


def message_of(item: Row) -> str:
    """What an item's row keeps, whole."""
    parts = range(int(item.values["parts"]))
    return str(json.loads("".join(str(item.values[f"message{number}"]) for number in parts)))


async def _delete(table: Table, partition: str, rows: Sequence[Row]) -> Sequence[Row]:
    """Delete rows that are as they were read, and return them; what was changed meanwhile stays for the next run."""
    if not rows:
        return []
    try:
        await _write(table, partition, [Delete(row.key, row.etag) for row in rows])
    except WriteRefusedError:
        if len(rows) == 1:
            return []
        return [done for row in rows for done in await _delete(table, partition, [row])]
    return rows


async def _write(table: Table, partition: str, writes: Sequence[Write]) -> None:
    try:
        await table.transact(partition, writes)
    except OutcomeUnknownError as unknown:
        raise UnavailableError(str(unknown)) from unknown
