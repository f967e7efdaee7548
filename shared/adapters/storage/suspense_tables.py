"""The `Suspense` port on a table: one partition in the order of receipt. A second delivery gives the same keys."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from shared.adapters.storage import suspense_retention
from shared.adapters.storage.suspense_retention import BYTES, FIRST, ITEMS, key_time, message_of
from shared.kernel.times import instant_text, parse_instant
from shared.ports import (
    Create,
    Deleted,
    Encoding,
    OutcomeUnknownError,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    Suspended,
    SuspenseState,
    Table,
    UnavailableError,
    Value,
)

LAST = "~"
"""After every key."""

AT_ONCE = 200
ROWS_MAX = 100
"""Rows of one transaction. The items of one message are far below its 4 MiB: a message has 64 KiB."""

PROPERTY_CHARACTERS = 32_000


class SuspenseTables:
    """Items by id. An item without an identity is found by its bytes, through a row with its id."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def put(self, item: Suspended) -> bool:
        """See `Suspense.put`."""
        if item.event is None:
            return bool(await self.put_unidentified([item]))
        return not await self._create_missing(ITEMS, {item.id: _values(item)})

    async def put_unidentified(self, items: Sequence[Suspended]) -> Sequence[Suspended]:
        """See `Suspense.put_unidentified`."""
        distinct = list({item.id: item for item in reversed(items)}.values())[::-1]  # the first of equal ones
        new: list[Suspended] = []
        for start in range(0, len(distinct), ROWS_MAX):
            named = await self._named_by_receipt(distinct[start : start + ROWS_MAX])
            existing = await self._create_missing(ITEMS, {item.id: _values(item) for item in named})
            new += [item for item in named if item.id not in existing or _is_of_row(existing[item.id], item.row)]
        return new

    async def _named_by_receipt(self, items: Sequence[Suspended]) -> list[Suspended]:
        """*items* with the ids under which they are stored. The first receipt of the same bytes decides the id, so that
        the list is in the order of receipt.
        """
        names: dict[str, Value] = {item.id: f"{key_time(item.received_at)}-{item.id}" for item in items}
        known = await self._create_missing(BYTES, {name: {"item": value} for name, value in names.items()})
        names |= {name: row.values["item"] for name, row in known.items()}
        return [replace(item, id=str(names[item.id])) for item in items]

    async def _create_missing(self, partition: str, rows: Mapping[str, Mapping[str, Value]]) -> Mapping[str, Row]:
        """Create those of *rows* that do not exist, all in one transaction, and return those that do."""
        existing: dict[str, Row] = {}
        while missing := [Create(key, values) for key, values in rows.items() if key not in existing]:
            try:
                await self._table.transact(partition, missing)
            except RowExistsError:
                found = await asyncio.gather(*(self._table.get(partition, create.key) for create in missing))
                existing |= {row.key: row for row in found if row}
            except OutcomeUnknownError as unknown:
                raise UnavailableError(str(unknown)) from unknown
            else:
                break
        return existing

    async def kept_bytes(self, keys: Sequence[str]) -> set[str]:
        """See `Suspense.kept_bytes`."""
        named = await asyncio.gather(*(self._table.get(BYTES, key) for key in keys))
        items = {key: str(row.values["item"]) for key, row in zip(keys, named, strict=True) if row}
        kept = await asyncio.gather(*(self._table.get(ITEMS, item) for item in items.values()))
        return {key for key, row in zip(items, kept, strict=True) if row}

    async def get(self, item: str) -> Suspended | None:
        """See `Suspense.get`."""
        row = await self._table.get(ITEMS, item)
        return _item(row) if row else None

    async def items(self, state: SuspenseState, after: str | None) -> AsyncIterator[Suspended]:
        """See `Suspense.items`."""
        first = f"{after}!" if after else FIRST
        while True:
            found = await self._table.range(ITEMS, first, LAST, AT_ONCE)
            for row in found.rows:
                if row.values["state"] == state:
                    yield _item(row)
            if len(found.rows) < AT_ONCE:
                return
            first = f"{found.rows[-1].key}!"

    async def change(self, item: Suspended) -> bool:
        """See `Suspense.change`."""
        if item.closed_at is not None:
            await suspense_retention.index_closing(self._table, item.id, item.closed_at)
        try:
            await self._table.transact(ITEMS, [Replace(item.id, _values(item), item.etag)])
        except RowChangedError:
            return False
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
        return True

    async def delete_outdated(self, closed_before: datetime, received_before: datetime) -> Deleted:
        """See `Suspense.delete_outdated`."""
        return await suspense_retention.delete_outdated(self._table, closed_before, received_before)

    async def kept_since(self) -> datetime | None:
        """See `Suspense.kept_since`."""
        return await suspense_retention.kept_since(self._table)


def _is_of_row(row: Row, name: str) -> bool:
    """Whether the stored item came from the row *name* of a file."""
    return bool(name) and row.values.get("row") == name


def _values(item: Suspended) -> dict[str, Value]:
    text = json.dumps(item.message)
    parts = [text[start : start + PROPERTY_CHARACTERS] for start in range(0, len(text), PROPERTY_CHARACTERS)]
    return {
        "reason": item.reason,
        "detail": item.detail,
        "receivedAt": instant_text(item.received_at),
        "account": item.account or "",
        "source": item.source or "",
        "event": item.event or "",
        "state": item.state.value,
        "closedAt": instant_text(item.closed_at) if item.closed_at else "",
        "encoding": item.encoding.value,
        **({"row": item.row} if item.row else {}),
        "parts": len(parts),
        **{f"message{number}": part for number, part in enumerate(parts)},
    }


def _item(row: Row) -> Suspended:
    values = row.values
    return Suspended(
        id=row.key,
        reason=str(values["reason"]),
        detail=str(values["detail"]),
        received_at=parse_instant(str(values["receivedAt"])),
        message=message_of(row),
        account=str(values["account"]) or None,
        source=str(values["source"]) or None,
        event=str(values["event"]) or None,
        state=SuspenseState(str(values["state"])),
        closed_at=parse_instant(str(values["closedAt"])) if values.get("closedAt") else None,
        encoding=Encoding(str(values.get("encoding", Encoding.TEXT))),
        row=str(values.get("row", "")),
        etag=row.etag,
    )
