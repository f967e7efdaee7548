"""The records of calls as every report reads them: first, what waits in the account's outbox is stored (R20)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from shared.kernel.ids import AccountId
from shared.ledger.call_record import CallRecord
from shared.ports import CallRecords, StoredCall


class CurrentCalls:
    """The port `CallRecords`, up to date for its readers. *store_waiting* stores what waits of an account; what it
    cannot store now is missing until the alarm stores it.
    """

    def __init__(self, records: CallRecords, store_waiting: Callable[[AccountId], Awaitable[bool]]) -> None:
        self._records = records
        self._store_waiting = store_waiting

    async def put(self, account: AccountId, said: Mapping[int, Sequence[CallRecord]]) -> None:
        """See `CallRecords.put`."""
        await self._records.put(account, said)

    async def calls(
        self, account: AccountId, first: datetime, end: datetime, after: str = "", *, newest_first: bool = False
    ) -> AsyncIterator[StoredCall]:
        """See `CallRecords.calls`."""
        await self._store_waiting(account)
        async for call in self._records.calls(account, first, end, after, newest_first=newest_first):
            yield call

    async def find(self, account: AccountId, key: str, started_at: datetime) -> StoredCall | None:
        """See `CallRecords.find`."""
        await self._store_waiting(account)
        return await self._records.find(account, key, started_at)

    async def forget_numbers(self, account: AccountId, before: datetime) -> int:
        """See `CallRecords.forget_numbers`. What waits has numbers as well, and loses old ones when it is stored."""
        await self._store_waiting(account)
        return await self._records.forget_numbers(account, before)
