"""The port `ServiceNumbers` on a table.

A number has one row, replaced under its ETag: it decides which account has the number, and since when. Its key is a
digest of the number (R27). Each account has an index of its registrations in a partition of its own. The index entry is
written before the number's row and removed after it, so that every number that an account has is in its index; entries
that the number's row does not confirm are not listed. An id is used for one registration only, so that no late write
can bring a removed entry back.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from shared.adapters.storage.service_number_rows import (
    ENDED,
    INDEX,
    KEY,
    NUMBERS,
    index_values,
    key_of,
    read_history,
    read_index,
    written,
)
from shared.kernel.ids import AccountId, digest
from shared.kernel.times import instant_text, parse_instant
from shared.ports import (
    Create,
    Delete,
    OutcomeUnknownError,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    ServiceNumber,
    Table,
    Taken,
    UnavailableError,
    Upsert,
    Write,
    WriteRefusedError,
)
from shared.rating.service_numbers import (
    History,
    NumberKind,
    NumberUse,
    Registration,
    open_in,
    owner_at,
    with_end,
    with_registration,
)

FRESH_SECONDS = 60.0
"""How old a cached owner may be. Only a released number is affected: its calls are charged that much longer."""

CACHED_MAX = 10_000
"""Numbers whose registrations stay in memory, the last read ones."""

TRIES = 20
"""Lost races in a row after which the caller gets `UnavailableError`."""

READ_AT_ONCE = 20
INDEX_AT_ONCE = 1_000
LAST = "~"
"""After every key."""


class ServiceNumberTables:
    """The register. *monotonic* returns seconds and never goes back."""

    def __init__(self, table: Table, monotonic: Callable[[], float]) -> None:
        self._table = table
        self._monotonic = monotonic
        self._cached: dict[str, tuple[float, History]] = {}  # the oldest first

    async def register(
        self, account: AccountId, digits: str, kind: NumberKind, use: NumberUse, now: datetime
    ) -> ServiceNumber | Taken:
        """See `ServiceNumbers.register`."""
        key = key_of(digits)
        for _ in range(TRIES):
            row, history = await self._read(key)
            known = open_in(history)
            if known is not None:
                is_same = (known.account, known.kind, known.use) == (account, kind, use)
                return _number(digits, known) if is_same else Taken(known.account)
            # Two requests that read the same state share the id; after any other state it is a new one.
            name = f"{now:%Y%m%d%H%M%S%f}-{digest(account, key, row.etag if row else '')[:16]}"
            added = with_registration(history, Registration(name, account, kind, use, now))
            await self._add_to_index(account, name, digits)
            if await self._write(key, added, row, name):
                return _number(digits, added[-1])
        raise UnavailableError("other processes are registering the same number")

    async def release(self, account: AccountId, name: str, now: datetime) -> datetime | None:
        """See `ServiceNumbers.release`."""
        entry = await self._table.get(account, INDEX + name)
        if entry is None:
            ended = await self._table.get(account, ENDED + name)
            return parse_instant(str(ended.values["until"])) if ended else None
        return await self._release(account, entry, now)

    async def _release(self, account: AccountId, entry: Row, now: datetime) -> datetime | None:
        """End the registration of an index *entry*, then remove the entry. None if it was never registered."""
        name, key = entry.key.removeprefix(INDEX), str(entry.values[KEY])
        for _ in range(TRIES):
            row, history = await self._read(key)
            known = next((each for each in history if each.id == name), None)
            if known is None:
                return None
            if known.until is None:
                history = with_end(history, name, now)
                if not await self._write(key, history, row, name):
                    continue
                known = next(each for each in history if each.id == name)
            await self._end_in_index(account, entry, known)
            return known.until
        raise UnavailableError("other processes are changing the same number")

    async def numbers(
        self, account: AccountId, after: str = "", *, newest_first: bool = False
    ) -> AsyncIterator[ServiceNumber]:
        """See `ServiceNumbers.numbers`. Every entry of the index is confirmed by the number's row."""
        async for entries in self._entries(account, after, newest_first=newest_first):
            for start in range(0, len(entries), READ_AT_ONCE):
                for found in await self._confirmed(account, entries[start : start + READ_AT_ONCE]):
                    yield found

    async def _entries(self, account: AccountId, after: str, *, newest_first: bool) -> AsyncIterator[Sequence[Row]]:
        if newest_first:
            found = await self._table.range(account, INDEX, INDEX + (after or LAST))
            yield [*reversed(found.rows)]
            return
        first = f"{INDEX}{after}!" if after else INDEX
        while True:
            found = await self._table.range(account, first, INDEX + LAST, INDEX_AT_ONCE)
            yield found.rows
            if len(found.rows) < INDEX_AT_ONCE:
                return
            first = f"{found.rows[-1].key}!"

    async def _confirmed(self, account: AccountId, entries: Sequence[Row]) -> Sequence[ServiceNumber]:
        rows = await asyncio.gather(*(self._read(str(entry.values[KEY])) for entry in entries))
        confirmed = []
        for entry, (_, history) in zip(entries, rows, strict=True):
            known, (name, digits) = open_in(history), read_index(entry)
            if known is not None and (known.account, known.id) == (account, name):
                confirmed.append(_number(digits, known))
        return confirmed

    async def owner(self, digits: str, at: datetime) -> Registration | None:
        """See `ServiceNumbers.owner`."""
        key = key_of(digits)
        read_at, history = self._cached.get(key, (None, ()))
        if read_at is None or self._monotonic() - read_at > FRESH_SECONDS:
            _, history = await self._read(key)
        return owner_at(history, at)

    async def owner_uncached(self, digits: str, at: datetime) -> Registration | None:
        """See `ServiceNumbers.owner_uncached`."""
        _, history = await self._read(key_of(digits))
        return owner_at(history, at)

    async def _read(self, key: str) -> tuple[Row | None, History]:
        """The number's row and its registrations, which are cached."""
        began = self._monotonic()
        row = await self._table.get(NUMBERS, key)
        history = read_history(row)
        self._cache(key, began, history)
        return row, history

    def _cache(self, key: str, read_at: float, history: History) -> None:
        self._cached.pop(key, None)
        self._cached[key] = (read_at, history)
        while len(self._cached) > CACHED_MAX:
            del self._cached[next(iter(self._cached))]

    async def _write(self, key: str, history: History, row: Row | None, name: str) -> bool:
        """Store the registrations of a number, if its row is still *row*; False when another process was faster."""
        values = written(history)
        write: Write = Create(key, values) if row is None else Replace(key, values, row.etag)
        try:
            await self._table.transact(NUMBERS, [write])
        except (RowExistsError, RowChangedError):
            return False
        except OutcomeUnknownError as unknown:
            _, now_stored = await self._read(key)
            if next((each for each in now_stored if each.id == name), None) not in history:
                raise UnavailableError("no answer; the number may yet be changed") from unknown
        finally:
            self._cached.pop(key, None)
        return True

    async def _add_to_index(self, account: AccountId, name: str, digits: str) -> None:
        try:
            await self._table.transact(account, [Create(INDEX + name, index_values(digits))])
        except RowExistsError:
            return  # of a request that has read the same state
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown

    async def _end_in_index(self, account: AccountId, entry: Row, ended: Registration) -> None:
        """Replace the index entry, which contains the number, by the time at which the registration ended. If that
        fails, the entry stays and is not listed.
        """
        assert ended.until is not None
        end = Upsert(ENDED + ended.id, {"until": instant_text(ended.until)})
        with suppress(WriteRefusedError, OutcomeUnknownError):
            await self._table.transact(account, [Delete(entry.key, entry.etag), end])


def _number(digits: str, registration: Registration) -> ServiceNumber:
    return ServiceNumber(registration.id, digits, registration.kind, registration.use, registration.from_)
