"""The port `CallRecords` on a table: a partition for each account and day (UTC), a row for each call.

One more partition an account names the days that have calls, and those that still have whole numbers: a list reads no
empty day, and the retention reads only what it deletes.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from shared.adapters.storage.call_record_rows import merged, name_of, stored_of, without_numbers
from shared.kernel.ids import AccountId
from shared.ledger.call_record import CallRecord
from shared.ports import (
    Clock,
    Create,
    Delete,
    OutcomeUnknownError,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    Table,
    UnavailableError,
    Upsert,
    Value,
    Write,
)
from shared.ports.call_records import StoredCall

DAY, NUMBERS = "day|", "numbers|"
"""Row keys of the days of an account, and of those days that have whole numbers."""

LAST = "~"
AT_ONCE = 100
"""Rows of a transaction."""

ROWS_AT_ONCE = 1_000
"""Rows of one response."""

HOUR = timedelta(hours=1)
TRIES_MAX = 20
"""Tries to write records that other processes are writing as well."""

DAYS_KNOWN_MAX = 10_000
"""Days of accounts that a process remembers to have named."""

Said: TypeAlias = dict[str, list[tuple[int, CallRecord]]]
"""What commits have said of calls: by row, with the sequences of the commits."""


class CallRecordTables:
    """Records of calls; numbers are kept for *keep* after the day of the call."""

    def __init__(self, table: Table, clock: Clock, keep: timedelta) -> None:
        self._table = table
        self._clock = clock
        self._keep = keep
        self._named_days: set[str] = set()

    async def put(self, account: AccountId, said: Mapping[int, Sequence[CallRecord]]) -> None:
        """See `CallRecords.put`."""
        days: dict[date, Said] = {}
        kept_from = _day(self._clock.now() - self._keep)
        for sequence, records in said.items():
            for record in records:
                day = _day(record.started_at)
                kept = record if day >= kept_from else without_numbers(record)
                days.setdefault(day, {}).setdefault(name_of(record), []).append((sequence, kept))
        for day, of_day in days.items():
            await self._name_day(account, day, has_numbers=day >= kept_from)
            names = list(of_day)
            for start in range(0, len(names), AT_ONCE):
                together = {name: of_day[name] for name in names[start : start + AT_ONCE]}
                await self._write(_partition(account, day), together)

    async def _name_day(self, account: AccountId, day: date, *, has_numbers: bool) -> None:
        """Name the day in the account's list. It is done before the first record is written."""
        name = _partition(account, day)
        if name in self._named_days:
            return
        rows = [Upsert(f"{DAY}{day}", {}), *([Upsert(f"{NUMBERS}{day}", {})] if has_numbers else [])]
        await self._transact(account, rows)
        if len(self._named_days) >= DAYS_KNOWN_MAX:
            self._named_days.clear()
        self._named_days.add(name)

    async def _write(self, partition: str, said: Said) -> None:
        """Write records of one day in one transaction. Most are new: they are created at once, and read only if one
        exists already. What a correction changes exists, unless the booking is in *said* as well.
        """
        corrected = [name for name, parts in said.items() if all(record.numbers is None for _, record in parts)]
        rows = {**dict.fromkeys(said), **await self._read(partition, corrected)}
        for _ in range(TRIES_MAX):
            try:
                await self._transact(partition, _writes(rows, said))
            except (RowExistsError, RowChangedError):
                rows = await self._read(partition, said)
            else:
                return
        raise UnavailableError("the records of these calls changed during every try")

    async def _read(self, partition: str, names: Collection[str]) -> dict[str, Row | None]:
        found = await asyncio.gather(*(self._table.get(partition, name) for name in names))
        return dict(zip(names, found, strict=True))

    async def calls(
        self, account: AccountId, first: datetime, end: datetime, after: str = "", *, newest_first: bool = False
    ) -> AsyncIterator[StoredCall]:
        """See `CallRecords.calls`."""
        days = [date.fromisoformat(row.key.removeprefix(DAY)) for row in await self._days(account, first, end)]
        for day in reversed(days) if newest_first else days:
            start = datetime.combine(day, time(), UTC)
            low, high = max(start, first), min(start + timedelta(days=1), end)
            rows = self._backwards if newest_first else self._forwards
            async for row in rows(_partition(account, day), low, high, after):
                call = stored_of(row)
                if call is not None:
                    yield call

    async def _forwards(self, partition: str, low: datetime, high: datetime, after: str) -> AsyncIterator[Row]:
        first = max(_bound(low), f"{after}!" if after else "")
        while rows := (await self._table.range(partition, first, _bound(high), ROWS_AT_ONCE)).rows:
            for row in rows:
                yield row
            first = f"{rows[-1].key}!"
            if len(rows) < ROWS_AT_ONCE:
                return

    async def _backwards(self, partition: str, low: datetime, high: datetime, after: str) -> AsyncIterator[Row]:
        """Ranges are read forwards only. If there are many rows, one hour after the other is read and reversed."""
        end = min(_bound(high), after) if after else _bound(high)
        rows = (await self._table.range(partition, _bound(low), end, ROWS_AT_ONCE)).rows
        if len(rows) == ROWS_AT_ONCE and high - low > HOUR:
            while high > low:
                start = max(low, high - HOUR)
                async for row in self._backwards(partition, start, high, after):
                    yield row
                high = start
            return
        if len(rows) == ROWS_AT_ONCE:
            rows = (await self._table.range(partition, _bound(low), end)).rows
        for row in reversed(rows):
            yield row

    async def _days(self, account: AccountId, first: datetime, end: datetime) -> Sequence[Row]:
        """The rows of the days from that of *first* to that of *end* that have calls."""
        last = _day(end - timedelta(microseconds=1)) if end > first else _day(first)
        return (await self._table.range(account, f"{DAY}{_day(first)}", f"{DAY}{last}{LAST}")).rows

    async def find(self, account: AccountId, key: str, started_at: datetime) -> StoredCall | None:
        """See `CallRecords.find`."""
        row = await self._table.get(_partition(account, _day(started_at)), name_of(CallRecord(key, started_at, {})))
        return stored_of(row) if row else None

    async def forget_numbers(self, account: AccountId, before: datetime) -> int:
        """See `CallRecords.forget_numbers`. A day leaves the list when none of its rows has numbers any more."""
        days = await self._table.range(account, NUMBERS, f"{NUMBERS}{_day(before)}")
        forgotten = 0
        for row in days.rows:
            forgotten += await self._forget_day(f"{account}|{row.key.removeprefix(NUMBERS)}")
            await self._transact(account, [Delete(row.key, row.etag)])
        return forgotten

    async def _forget_day(self, partition: str) -> int:
        first, forgotten = "0", 0
        while rows := (await self._table.range(partition, first, LAST, AT_ONCE)).rows:
            whole = [row for row in rows if row.values.get("numbers")]
            writes = [Replace(row.key, {**row.values, "numbers": ""}, row.etag) for row in whole]
            try:
                await self._transact(partition, writes)
            except RowChangedError:
                continue  # it is being corrected at this moment: read it again
            forgotten += len(writes)
            first = f"{rows[-1].key}!"
        return forgotten

    async def _transact(self, partition: str, writes: Sequence[Write]) -> None:
        if not writes:
            return
        try:
            await self._table.transact(partition, writes)
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown


def _writes(rows: Mapping[str, Row | None], said: Said) -> list[Write]:
    """The writes of those rows that *said* changes."""
    writes: list[Write] = []
    for name, row in rows.items():
        values: Mapping[str, Value] = row.values if row else {}
        for sequence, record in said[name]:
            values = merged(values, sequence, record)
        if row is None:
            writes.append(Create(name, values))
        elif values is not row.values:
            writes.append(Replace(name, values, row.etag))
    return writes


def _day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()


def _partition(account: str, day: date) -> str:
    return f"{account}|{day}"


def _bound(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%d%H%M%S%f}"
