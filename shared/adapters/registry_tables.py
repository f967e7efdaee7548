"""Which accounts there are: one row each, written before the account's first page, so that none is missing.

The row also says in which storage account the ledger's rows of that account lie: chosen once, never again.
"""

from collections.abc import AsyncIterator, Sequence

from shared.adapters.spread_tables import HOME
from shared.kernel.ids import AccountId, digest
from shared.ports import Create, OutcomeUnknownError, RowExistsError, Table, UnavailableError

ACCOUNTS = "accounts"
FIRST, LAST = "0", "~"
AT_ONCE = 1_000

STORAGE = "storage"
"""The property that names the storage account; absent: HOME."""


class RegistryTables:
    """The port `Registry` over a table. New accounts are placed evenly in *places*; none: all stay at home."""

    def __init__(self, table: Table, places: Sequence[str] = ()) -> None:
        self._table = table
        self._places = places

    async def add(self, account: AccountId) -> None:
        """Remember *account*, and where it lies; twice is once."""
        try:
            await self._table.transact(ACCOUNTS, [Create(account, self._chosen(account))])
        except RowExistsError:
            return
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown

    def _chosen(self, account: AccountId) -> dict[str, str]:
        """By the id alone, so that two who open the same account at once choose alike; the first one's word counts."""
        if not self._places:
            return {}
        return {STORAGE: self._places[int(digest(account), 16) % len(self._places)]}

    async def place(self, account: str) -> str | None:
        """In which storage account *account* lies; None when it was never added. Raises `UnavailableError`."""
        row = await self._table.get(ACCOUNTS, account)
        return str(row.values.get(STORAGE, HOME)) if row else None

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
