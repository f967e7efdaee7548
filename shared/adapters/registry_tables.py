"""Which accounts there are: one row each, written before the account's first page, so that none is missing."""

from collections.abc import AsyncIterator

from shared.kernel.ids import AccountId
from shared.ports import OutcomeUnknownError, Table, UnavailableError, Upsert

ACCOUNTS = "accounts"
FIRST, LAST = "0", "~"
AT_ONCE = 1_000


class RegistryTables:
    """The port `Registry` over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, account: AccountId) -> None:
        """Remember *account*; twice is once."""
        try:
            await self._table.transact(ACCOUNTS, [Upsert(account, {})])
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown

    async def accounts(self) -> AsyncIterator[AccountId]:
        """Every account, in the order of their ids."""
        first = FIRST
        while True:
            found = await self._table.range(ACCOUNTS, first, LAST, AT_ONCE)
            for row in found.rows:
                yield AccountId(row.key)
            if len(found.rows) < AT_ONCE:
                return
            first = f"{found.rows[-1].key}!"
