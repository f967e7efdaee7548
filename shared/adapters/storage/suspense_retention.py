"""Retention of suspense: due items are deleted. They are found in the order of receipt, or through an index by closing
time.

The index is a separate partition. Its row is written before the item is closed, so that no closed item is without one;
a superfluous index row is deleted when it is due. Keys and index rows only find an item: the values in the item decide.
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
"""The partitions: items, item ids by their bytes, closed items by closing time, the progress of deletion."""

FIRST = "0"
"""Before every key that begins with a time."""

PROGRESS = "progress"

AT_ONCE = 100
"""Items of one request: as many as a transaction may delete."""


async def index_closing(table: Table, item: str, closed_at: datetime) -> None:
    """Write the index row by which *item* is found when its retention after closing is over. Idempotent. Raises
    `UnavailableError`.
    """
    await _write(table, CLOSED, [Upsert(f"{key_time(closed_at)}-{item}", {"closedAt": instant_text(closed_at)})])


def key_time(instant: datetime) -> str:
    """*instant* as the beginning of a key; keys sort by time."""
    return f"{instant.astimezone(UTC):%Y%m%d%H%M%S%f}"


async def kept_since(table: Table) -> datetime | None:
    """See `Suspense.kept_since`."""
    row = await table.get(RETENTION, PROGRESS)
    return parse_instant(str(row.values["keptSince"])) if row else None


async def delete_outdated(table: Table, closed_before: datetime, received_before: datetime) -> Deleted:
    """See `Suspense.delete_outdated`. The progress is stored before anything is deleted, so that the audit never
    reports a rightly deleted item as missing.
    """
    await _store_progress(table, max(closed_before, received_before))
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


async def _store_progress(table: Table, kept_since_now: datetime) -> None:
    """Store from when on all items are kept. It only moves forward: a longer retention restores no deleted item."""
    stored = await kept_since(table)
    if stored is None or stored < kept_since_now:
        await _write(table, RETENTION, [Upsert(PROGRESS, {"keptSince": instant_text(kept_since_now)})])


async def _pages(table: Table, partition: str, end: str) -> AsyncIterator[Sequence[Row]]:
    """The rows before *end*, up to `AT_ONCE` at a time."""
    first = FIRST
    while True:
        rows = (await table.range(partition, first, end, AT_ONCE)).rows
        if rows:
            yield rows
        if len(rows) < AT_ONCE:
            return
        first = f"{rows[-1].key}!"


async def _closed_item(table: Table, index: Row) -> Row | None:
    """The item of an index row; None when it no longer exists, or was closed at another time."""
    item = await table.get(ITEMS, index.key.partition("-")[2])
    return item if item and item.values.get("closedAt") == index.values["closedAt"] else None


async def _delete_items(table: Table, items: Sequence[Row]) -> Sequence[Row]:
    """Delete *items* and return those that were deleted. The rows of their bytes are deleted first: if the same bytes
    arrive again, they are a new item and must not get the id of a deleted one.
    """
    for item in items:
        if not item.values["event"]:
            await _delete_bytes_row(table, item)
    return await _delete(table, ITEMS, items)


async def _delete_bytes_row(table: Table, item: Row) -> None:
    row = await table.get(BYTES, item.key.partition("-")[2])
    if row and row.values["item"] == item.key:
        await _delete(table, BYTES, [row])


def message_of(item: Row) -> str:
    """The whole message in an item's row."""
    parts = range(int(item.values["parts"]))
    return str(json.loads("".join(str(item.values[f"message{number}"]) for number in parts)))


async def _delete(table: Table, partition: str, rows: Sequence[Row]) -> Sequence[Row]:
    """Delete the rows that have not changed since they were read, and return them. Others are left to the next run."""
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
