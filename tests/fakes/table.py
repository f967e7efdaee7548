"""The port `Table` in memory, with the guarantees of Azure Table Storage; checked by tests/contracts."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from itertools import count

from shared.ports import (
    Create,
    Delete,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    Rows,
    Value,
    Write,
    WriteRefusedError,
)

RESPONSE_ROWS = 1000
TRANSACTION_ROWS = 100
TRANSACTION_BYTES = 4 * 1024 * 1024
STRING_MAX = 32_767
"""In UTF-16 code units, as in Azure Storage; Azurite accepts one more."""

_NO_KEY = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]|.{513}", re.DOTALL)

Fault = Callable[[str, str, object], Awaitable[None]]


class FakeTable:
    """`before` and `after` are called around every operation; the caller receives their exceptions."""

    def __init__(self, before: Fault | None = None, after: Fault | None = None) -> None:
        self.partitions: dict[str, dict[str, Row]] = {}
        self.before, self.after = before, after
        self.transactions = 0
        self._etags = count(1)

    async def get(self, partition: str, key: str) -> Row | None:
        await self._around(self.before, "get", partition, key)
        found = self.partitions.get(partition, {}).get(key)
        await self._around(self.after, "get", partition, key)
        return found

    async def range(self, partition: str, first: str, end: str, limit: int | None = None) -> Rows:
        rows: list[Row] = []
        responses = 0
        position = first
        size = min(limit or RESPONSE_ROWS, RESPONSE_ROWS)
        while True:
            await self._around(self.before, "range", partition, position)
            stored = sorted(self.partitions.get(partition, {}).items())
            matching = [row for key, row in stored if position <= key < end]
            rows += matching[:size]
            responses += 1
            await self._around(self.after, "range", partition, position)
            if len(matching) <= size or (limit and len(rows) >= limit):
                return Rows(rows[:limit], responses)
            position = matching[size].key

    async def transact(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        await self._around(self.before, "transact", partition, writes)
        self.transactions += 1
        etags = self.apply(partition, writes)
        await self._around(self.after, "transact", partition, writes)
        return etags

    def apply(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        """Apply all writes or none, immediately; tests also call it for delayed writes."""
        if not 1 <= len(writes) <= TRANSACTION_ROWS or len({write.key for write in writes}) != len(writes):
            raise WriteRefusedError(0, "1 to 100 writes of distinct rows")
        if _bytes(writes) > TRANSACTION_BYTES:
            raise WriteRefusedError(0, "a transaction is at most 4 MiB")
        rows = dict(self.partitions.get(partition, {}))
        etags = [self._write(rows, index, write) for index, write in enumerate(writes)]
        self.partitions[partition] = rows
        return etags

    def _write(self, rows: dict[str, Row], index: int, write: Write) -> str:
        existing = rows.get(write.key)
        if _NO_KEY.search(write.key):
            raise WriteRefusedError(index, "the key is invalid")
        if isinstance(write, Create) and existing is not None:
            raise RowExistsError(index, write.key)
        if isinstance(write, Replace | Delete) and (existing is None or existing.etag != write.etag):
            raise RowChangedError(index, write.key)
        if isinstance(write, Delete):
            del rows[write.key]
            return ""
        if any(_utf_16(value) > STRING_MAX for value in write.values.values()):
            raise WriteRefusedError(index, f"{write.key}: a property is too long")
        etag = f"e{next(self._etags)}"
        rows[write.key] = Row(write.key, etag, dict(write.values))
        return etag

    async def _around(self, fault: Fault | None, operation: str, partition: str, what: object) -> None:
        await asyncio.sleep(0)
        if fault is not None:
            await fault(operation, partition, what)


def _utf_16(value: Value) -> int:
    """The length of a text in UTF-16 code units; 0 if it is certainly short enough."""
    if not isinstance(value, str) or len(value) <= STRING_MAX // 2:
        return 0
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


def _bytes(writes: Sequence[Write]) -> int:
    """The approximate size of a transaction; more exact if it may exceed the limit."""
    values = [write.values for write in writes if not isinstance(write, Delete)]
    characters = sum(len(value) for each in values for value in each.values() if isinstance(value, str))
    return sum(len(json.dumps(dict(each))) for each in values) if characters > TRANSACTION_BYTES // 12 else characters
