"""The register of accounts: one row each, written before the account's first page, so that none is missing.

The row also has the place of the account, which is the storage account of its ledger rows. It is chosen once and never
changes. If the row is lost, the ledger rows are searched before another one is written: an account with rows in two
places would have two books.
"""

import heapq
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime

from shared.adapters.storage.registry_order import ACCOUNTS, RegistryOrder, order_rows, rows_of
from shared.adapters.storage.spread_tables import HOME
from shared.kernel.ids import AccountId, digest
from shared.ports import Create, OutcomeUnknownError, Row, RowExistsError, Table, UnavailableError

FIRST, LAST = "0", "~"

STORAGE = "storage"
"""The property that names the storage account; absent: HOME."""

OPENED = "openedAt"
"""The property with the time of the first opening, to the microsecond: 20 digits. Rows of 0.1.0 have none."""

UNKNOWN = "0" * 20
"""In place of that time: these accounts are older than all others."""


class RegistryTables:
    """The port `Registry` on a table. New accounts are distributed evenly over *places*, or stay in HOME if there are
    none. *ledgers* are the ledger's tables, by place.
    """

    def __init__(self, table: Table, places: Sequence[str] = (), ledgers: Mapping[str, Table] | None = None) -> None:
        self._table = table
        self._order = RegistryOrder(table)
        self._places = places
        self._ledgers = ledgers or {}

    async def add(self, account: AccountId, at: datetime | None = None) -> None:
        """Register *account* with its place and the time; idempotent. Adding a new account needs an answer from all
        places.
        """
        if len(self._ledgers) > 1 and await self.place(account) is not None:
            return
        place = await self._existing_place(account)
        time = f"{at:%Y%m%d%H%M%S%f}" if at else UNKNOWN
        values = {**({STORAGE: place} if place != HOME else {}), **({OPENED: time} if at else {})}
        try:
            await self._table.transact(ACCOUNTS, [Create(account, values), *order_rows(f"{time}-{account}")])
        except RowExistsError:
            return
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown

    async def _existing_place(self, account: AccountId) -> str:
        """The place in which the account has any row; if it has none, the place to use."""
        chosen = self._place_by_id(account)
        for place, ledger in self._ledgers.items():
            if place != chosen and (await ledger.range(account, FIRST, LAST, 1)).rows:
                return place
        return chosen

    def _place_by_id(self, account: AccountId) -> str:
        """The place of a new account. It depends only on the id, so that two processes that open the same account at
        once choose the same; the first row that is written counts.
        """
        return self._places[int(digest(account), 16) % len(self._places)] if self._places else HOME

    async def place(self, account: str) -> str | None:
        """The place of *account*; None when it was never added. Raises `UnavailableError`."""
        row = await self._table.get(ACCOUNTS, account)
        return str(row.values.get(STORAGE, HOME)) if row else None

    async def accounts(self) -> AsyncIterator[AccountId]:
        """Every account, in the order of their ids."""
        async for row in self._rows():
            yield AccountId(row.key)

    async def by_age(self, after: str, most: int, *, is_reversed: bool = False) -> Sequence[str]:
        """See `Registry.by_age`. One request; as many as the register needs, until the first nightly audit."""
        if await self._order.is_complete():
            return await self._order.positions(after, most, is_reversed=is_reversed)
        first = heapq.nlargest if is_reversed else heapq.nsmallest
        kept: list[str] = []
        async for position in self._positions():
            if not after or (position < after if is_reversed else position > after):
                kept.append(position)
                if len(kept) >= 2 * most:
                    kept = first(most, kept)
        return first(most, kept)

    async def mend_order(self) -> None:
        """See `Registry.mend_order`."""
        await self._order.mend(self._positions())

    async def _positions(self) -> AsyncIterator[str]:
        async for row in self._rows():
            yield f"{row.values.get(OPENED, UNKNOWN)}-{row.key}"

    def _rows(self) -> AsyncIterator[Row]:
        return rows_of(self._table, FIRST, LAST)
