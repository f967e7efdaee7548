"""The `Table` port over several storage accounts: a partition lies whole in one of them, and stays there.

A transaction never leaves its partition, so every promise of the port is kept by the table that the partition lies in.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from shared.ports import OutcomeUnknownError, Row, Rows, Table, UnavailableError, Write

HOME = ""
"""The storage account of everything that is not spread, and of each partition that nobody has placed elsewhere."""

KNOWN_MAX = 100_000
"""Places that are remembered, some ten megabytes; beyond them all are forgotten, and asked for again."""

PlaceOf = Callable[[str], Awaitable[str | None]]
"""Where a partition was placed; None when it was not (yet). Raises `UnavailableError`."""


class SpreadTable:
    """One table in several storage accounts, *tables* by their names. A place never changes, so it is asked once."""

    def __init__(self, place_of: PlaceOf, tables: Mapping[str, Table]) -> None:
        self._place_of = place_of
        self._tables = tables
        self._known: dict[str, Table] = {}

    async def get(self, partition: str, key: str) -> Row | None:
        """See `Table.get`."""
        return await (await self._at(partition)).get(partition, key)

    async def range(self, partition: str, first: str, end: str, limit: int | None = None) -> Rows:
        """See `Table.range`."""
        return await (await self._at(partition)).range(partition, first, end, limit)

    async def transact(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        """See `Table.transact`."""
        try:
            table = await self._at(partition)
        except UnavailableError as unknown:  # the port knows no other word for a write that was not answered
            raise OutcomeUnknownError(str(unknown)) from unknown
        return await table.transact(partition, writes)

    async def _at(self, partition: str) -> Table:
        """The table that holds *partition*; UnavailableError rather than an empty one that does not."""
        if (known := self._known.get(partition)) is not None:
            return known
        place = await self._place_of(partition)
        if place is None:
            return self._tables[HOME]  # not remembered: it may be placed a moment later
        if place not in self._tables:
            raise UnavailableError(f"the account lies in {place}, which CreditsStorage__spread does not name")
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[partition] = self._tables[place]
        return self._known[partition]
