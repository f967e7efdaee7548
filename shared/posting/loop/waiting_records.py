"""Records of calls wait in the outbox until there are enough for one transaction: a call alone would cost two (R20)."""

import asyncio

from shared.kernel.ids import AccountId
from shared.posting.loop.context import LoopContext
from shared.posting.outbox import store_records

ENOUGH = 90
"""Records that are stored together: about as many as a full commit, or a transaction, has. Fewer wait for a reader or
the alarm.
"""

TOO_MANY = 1_000
"""Records that wait while earlier ones are being stored; then callers are answered only after that. Otherwise a process
that books faster than it stores would let the outbox grow.
"""


class WaitingRecords:
    """How many records of one account this process has committed since it last stored those that wait."""

    def __init__(self, account: AccountId, context: LoopContext) -> None:
        self._account = account
        self._context = context
        self._waiting = 0
        self._is_storing = False
        self._keeps_up = asyncio.Event()
        self._keeps_up.set()

    async def keep_up(self) -> None:
        """Wait while too many records wait."""
        await self._keeps_up.wait()

    async def add(self, records: int) -> None:
        """Count the *records* of a commit, and store all that wait if they are enough. What cannot be stored now is
        stored by the alarm. One call at a time stores, for all others.
        """
        self._waiting += records
        if self._is_storing:
            if self._waiting >= TOO_MANY:
                self._keeps_up.clear()
            return
        self._is_storing = True
        try:
            while self._waiting >= ENOUGH:
                self._waiting = 0
                await store_records(self._context.table, self._account, self._context.record)
                self._keeps_up.set()
        finally:
            self._is_storing = False
            self._keeps_up.set()
