"""Which accounts there are: one row each, written before the account's first page, so that none is missing.

The row also says in which storage account the ledger's rows of that account lie: chosen once, never again. Should the
row be lost, they are looked for before another is written, for an account that lies in two places has two books.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

from shared.adapters.storage.spread_tables import HOME
from shared.kernel.ids import AccountId, digest
from shared.ports import Create, OutcomeUnknownError, RowExistsError, Table, UnavailableError

ACCOUNTS = "accounts"
FIRST, LAST = "0", "~"
AT_ONCE = 1_000

STORAGE = "storage"
"""The property that names the storage account; absent: HOME."""


class RegistryTables:
    """The port `Registry` over a table. New accounts are placed evenly in *places*; none: all stay at home. *ledgers*
    are the tables in which an account may lie already, by place.
    """

    def __init__(self, table: Table, places: Sequence[str] = (), ledgers: Mapping[str, Table] | None = None) -> None:
        self._table = table
        self._places = places
        self._ledgers = ledgers or {}

    async def add(self, account: AccountId) -> None:
        """Remember *account*, and where it lies; twice is once. A new one is added while all of its places answer."""
        if len(self._ledgers) > 1 and await self.place(account) is not None:
            return
        place = await self._lies(account)
        try:
            await self._table.transact(ACCOUNTS, [Create(account, {STORAGE: place} if place != HOME else {})])
        except RowExistsError:
            return
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown

    async def _lies(self, account: AccountId) -> str:
        """Where rows of the account are, whatever is left of them; else where it is to lie."""
        chosen = self._chosen(account)
        for place, ledger in self._ledgers.items():
            if place != chosen and (await ledger.range(account, FIRST, LAST, 1)).rows:
                return place
        return chosen

    def _chosen(self, account: AccountId) -> str:
        """By the id alone, so that two who open the same account at once choose alike; the first one's word counts."""
        return self._places[int(digest(account), 16) % len(self._places)] if self._places else HOME

    async def place(self, account: str) -> str | None:
        """In which storage account *account* lies; None when it was never added. Raises `UnavailableError`."""
        row = await self._table.get(ACCOUNTS, account)
        return str(row.values.get(STORAGE, HOME)) if row else None

    def accounts(self) -> AsyncIterator[AccountId]:
        """Every account, in the order of their ids."""
        return self.accounts_after("")

    async def accounts_after(self, account: str) -> AsyncIterator[AccountId]:
        """Those behind *account*."""
        first = f"{account}!" if account else FIRST
        while True:
            found = await self._table.range(ACCOUNTS, first, LAST, AT_ONCE)
            for row in found.rows:
                yield AccountId(row.key)
            if len(found.rows) < AT_ONCE:
                return
            first = f"{found.rows[-1].key}!"
