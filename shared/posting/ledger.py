"""The ledger as use cases see it: post a decision, read a book. Nobody else writes the table `Ledger`."""

from collections import OrderedDict
from itertools import islice

from shared.kernel.ids import AccountId
from shared.ledger.book import Book
from shared.ports import Table
from shared.posting.decision import Answer, Decision
from shared.posting.journal import reads
from shared.posting.loop.account_loop import AccountLoop
from shared.posting.loop.context import LoopContext
from shared.posting.outbox import drain

LOOPS_MAX = 1_000
"""Accounts whose book stays in memory; an idle one costs a read when it comes back, nothing else."""


class Ledger:
    """Every account's loop in this process."""

    def __init__(self, context: LoopContext) -> None:
        self._context = context
        self._loops: OrderedDict[AccountId, AccountLoop] = OrderedDict()

    @property
    def table(self) -> Table:
        """The table, for reading."""
        return self._context.table

    async def post(self, account: AccountId, decision: Decision) -> Answer:
        """Decide and commit. Raises `UnavailableError` when the outcome could not be learnt: ask again with the same
        event, and the marker tells.
        """
        loop = self._loops.get(account)
        if loop is None:
            self._forget_idle()
            loop = self._loops[account] = AccountLoop(account, self._context)
        self._loops.move_to_end(account)
        return await loop.post(decision)

    async def read(self, account: AccountId) -> Book | None:
        """The book as stored now; None when there is no such account, or it is closed."""
        book = await self.stored(account)
        return book if book and book.terms.closed_at is None else None

    async def stored(self, account: AccountId) -> Book | None:
        """The same, a closed account's book too: for those who mind the journal and not the customer."""
        loaded = await reads.load(self._context.table, account)
        return loaded.book if loaded else None

    async def drain(self, account: AccountId) -> bool:
        """Send what waits in the account's outbox; whether all of it went."""
        return await drain(self._context.table, account, self._context.send)

    def _forget_idle(self) -> None:
        """Make room for one more: the longest unused go first, and nobody looks further than that."""
        surplus = len(self._loops) - LOOPS_MAX + 1
        idle = (account for account, loop in self._loops.items() if loop.is_idle)
        for account in list(islice(idle, max(0, surplus))):
            del self._loops[account]
