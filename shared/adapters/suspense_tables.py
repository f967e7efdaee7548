"""The `Suspense` port over a table: one partition in the order of receipt, keys that a second delivery repeats."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from shared.adapters import suspense_retention
from shared.adapters.suspense_retention import BYTES, FIRST, ITEMS, key_time, message_of
from shared.kernel.times import instant_text, parse_instant
from shared.ports import (
    Create,
    Deleted,
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
"""Behind every key."""

AT_ONCE = 200
PROPERTY_CHARACTERS = 32_000


class SuspenseTables:
    """Items by id. What has no identity is found by its bytes, through a row that says under which id it is kept."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def put(self, item: Suspended) -> bool:
        """See `Suspense.put`."""
        if item.event is None:
            item = replace(item, id=await self._id_for_bytes(item))
        try:
            await self._table.transact(ITEMS, [Create(item.id, _values(item))])
        except RowExistsError:
            return False
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
        return True

    async def _id_for_bytes(self, item: Suspended) -> str:
        """The first receipt of the same bytes gives the id, so that the list stays in the order of receipt."""
        name = f"{key_time(item.received_at)}-{item.id}"
        try:
            await self._table.transact(BYTES, [Create(item.id, {"item": name})])
        except RowExistsError:
            row = await self._table.get(BYTES, item.id)
            return str(row.values["item"]) if row else name
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
        return name

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
        etag=row.etag,
    )
