"""The order in which accounts were opened: two rows for each account beside its row in the register, written with it.

A table is read forwards only, so the newest first are rows of their own. Earlier versions do not write these rows: the
nightly audit adds what is missing. Until it has done so once, a list of accounts needs the whole register.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from shared.ports import Delete, OutcomeUnknownError, Row, RowChangedError, Table, UnavailableError, Upsert, Write

ACCOUNTS = "accounts"
"""The partition of the register."""

OLDEST, NEWEST = "!oldest:", "!newest:"
"""What the keys begin with. They are less than any id, so that a reader of the register does not meet these rows."""

COMPLETE = "!complete"
"""The key of the row that exists once every account is in the order."""

BACKWARDS = str.maketrans("0123456789abcdef", "fedcba9876543210")

AT_ONCE = 1_000
"""Rows that are read in a request."""

POSITIONS_AT_ONCE = 50
"""Places that are written in a transaction, which has at most 100 rows."""


def order_rows(position: str) -> list[Write]:
    """The writes that put an account at its *position*: when it was first opened (20 digits), a hyphen and its id."""
    return [Upsert(OLDEST + position, {}), Upsert(NEWEST + position.translate(BACKWARDS), {})]


async def rows_of(table: Table, first: str, end: str) -> AsyncIterator[Row]:
    """The register's rows with first <= key < end, AT_ONCE in a request. Raises `UnavailableError`."""
    while True:
        found = await table.range(ACCOUNTS, first, end, AT_ONCE)
        for row in found.rows:
            yield row
        if len(found.rows) < AT_ONCE:
            return
        first = f"{found.rows[-1].key}!"


class RegistryOrder:
    """The order of opening in the register *table*. Every method raises `UnavailableError`."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._is_complete = False

    async def is_complete(self) -> bool:
        """Whether every account is in the order."""
        self._is_complete = self._is_complete or await self._table.get(ACCOUNTS, COMPLETE) is not None
        return self._is_complete

    async def positions(self, after: str, most: int, *, is_reversed: bool) -> Sequence[str]:
        """Up to *most* positions after the position *after*, or the first ones if it is empty."""
        beginning, position = (NEWEST, after.translate(BACKWARDS)) if is_reversed else (OLDEST, after)
        first = f"{beginning}{position}!" if position else beginning
        keys = [row.key.removeprefix(beginning) for row in await self._rows(first, f"{beginning}~", most)]
        return [key.translate(BACKWARDS) for key in keys] if is_reversed else keys

    async def mend(self, registered: AsyncIterator[str]) -> None:
        """Make the order equal to the positions *registered*. They are read after the order is, so an account that is
        opened meanwhile is not taken out of it.
        """
        stored = {row.key.removeprefix(OLDEST) async for row in rows_of(self._table, OLDEST, f"{OLDEST}~")}
        wanted = {position async for position in registered}
        missing = sorted(wanted - stored)
        for start in range(0, len(missing), POSITIONS_AT_ONCE):
            some = missing[start : start + POSITIONS_AT_ONCE]
            await self._write([write for position in some for write in order_rows(position)])
        for position in sorted(stored - wanted):
            keys = [write.key for write in order_rows(position)]
            rows = [row for key in keys if (row := await self._table.get(ACCOUNTS, key)) is not None]
            with suppress(RowChangedError):  # another run deletes it, too
                await self._write([Delete(row.key, row.etag) for row in rows])
        if not await self.is_complete():
            await self._write([Upsert(COMPLETE, {})])
            self._is_complete = True

    async def _rows(self, first: str, end: str, most: int) -> Sequence[Row]:
        return (await self._table.range(ACCOUNTS, first, end, most)).rows

    async def _write(self, writes: Sequence[Write]) -> None:
        try:
            if writes:
                await self._table.transact(ACCOUNTS, writes)
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
