"""The records of calls: what the journal says of each call, and its whole numbers while they are kept (R20, R27).

Nothing for money reads them. They are written after the commit that books the call, perhaps twice or out of order.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from shared.kernel.ids import AccountId
from shared.ledger.call_record import CallRecord


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call as it is recorded now. *name* sorts by its start; *numbers* is empty once they have been deleted."""

    name: str
    started_at: datetime
    facts: Mapping[str, Any]
    numbers: Mapping[str, Any]


class CallRecords(Protocol):
    """The records of every account. All methods raise `UnavailableError`."""

    async def put(self, account: AccountId, said: Mapping[int, Sequence[CallRecord]]) -> None:
        """Record what commits have *said*, by sequence. It may be repeated; what a later commit has said stays."""
        ...

    def calls(
        self, account: AccountId, first: datetime, end: datetime, after: str = "", *, newest_first: bool = False
    ) -> AsyncIterator[StoredCall]:
        """The calls that started at or after *first* and before *end*, in the order of their names or in reverse, after
        the name *after*.
        """
        ...

    async def find(self, account: AccountId, key: str, started_at: datetime) -> StoredCall | None:
        """The record of the call whose event has the key *key*."""
        ...

    async def forget_numbers(self, account: AccountId, before: datetime) -> int:
        """Delete the numbers of every call that started on a day before that of *before*, and return how many calls
        had some. Only days with numbers are read.
        """
        ...
