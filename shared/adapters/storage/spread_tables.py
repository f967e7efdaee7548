"""The `Table` port on several storage accounts: each partition is entirely in one of them, and stays there.

A transaction never leaves its partition, so the table of that partition gives all guarantees of the port.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from shared.ports import OutcomeUnknownError, Row, Rows, Table, UnavailableError, Write

HOME = ""
"""The name of the main storage account: of everything that is not spread, and of partitions without another place."""

KNOWN_MAX = 100_000
"""How many places are cached, some ten megabytes. When there are more, the cache is cleared."""

PlaceOf = Callable[[str], Awaitable[str | None]]
"""Returns the place of a partition; None when it has none (yet). Raises `UnavailableError`."""


class SpreadTable:
    """One table in several storage accounts: *tables*, by place. A place never changes, so it is cached."""

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
        except UnavailableError as unknown:  # the port has no other exception for a write without an answer
            raise OutcomeUnknownError(str(unknown)) from unknown
        return await table.transact(partition, writes)

    async def _at(self, partition: str) -> Table:
        """The table of *partition*. Raises UnavailableError if its place is unknown, instead of using another table."""
        if (known := self._known.get(partition)) is not None:
            return known
        place = await self._place_of(partition)
        if place is None:
            return self._tables[HOME]  # not cached: it may get a place a moment later
        if place not in self._tables:
            raise UnavailableError(f"the account is in {place}, which CreditsStorage__spread does not name")
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[partition] = self._tables[place]
        return self._known[partition]
