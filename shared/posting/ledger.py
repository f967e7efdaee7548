"""The ledger as use cases see it: post a decision, read a book. Nothing else writes the table `Ledger`."""

from collections import OrderedDict
from itertools import islice

from shared.kernel.ids import AccountId
from shared.ledger.book import Book, Terms
from shared.ports import Table
from shared.posting.decision import Answer, Decision
from shared.posting.journal import reads
from shared.posting.loop.account_loop import AccountLoop
from shared.posting.loop.context import LoopContext
from shared.posting.outbox import drain, store_records
from shared.recharge.rules import RechargeRules

LOOPS_MAX = 1_000
"""Accounts whose book stays in memory. An idle account that is dropped costs one read when it is used again."""


class Ledger:
    """Every account's loop in this process."""

    def __init__(self, context: LoopContext) -> None:
        self._context = context
        self._loops: OrderedDict[AccountId, AccountLoop] = OrderedDict()

    @property
    def table(self) -> Table:
        """The table, for reading."""
        return self._context.table

    @property
    def recharge_rules(self) -> RechargeRules:
        """What operators set about auto-recharge."""
        return self._context.recharge_rules

    async def post(self, account: AccountId, decision: Decision) -> Answer:
        """Decide and commit. Raises `UnavailableError` when the outcome is unknown: post the decision again with the
        same event, and the answer comes from its marker.
        """
        return await self._loop(account).post(decision)

    async def terms(self, account: AccountId) -> Terms | None:
        """The terms of the account, even if it is closed; None when it does not exist. They may be those of the book in
        memory. If it is read, it stays there for the next decision. Raises `UnavailableError`.
        """
        return await self._loop(account).terms()

    async def read(self, account: AccountId) -> Book | None:
        """The book as stored now; None when the account does not exist or is closed."""
        book = await self.read_including_closed(account)
        return book if book and book.terms.closed_at is None else None

    async def read_including_closed(self, account: AccountId) -> Book | None:
        """The book as stored now, of a closed account too: for work on the journal rather than for a customer."""
        loaded = await reads.load(self._context.table, account)
        return loaded.book if loaded else None

    async def drain(self, account: AccountId) -> bool:
        """Send what waits in the account's outbox, and return whether everything was sent."""
        return await drain(self._context.table, account, self._context.send, self._context.record)

    async def store_records(self, account: AccountId) -> bool:
        """Store the records of the account's calls that wait in its outbox, and return whether all were stored."""
        return await store_records(self._context.table, account, self._context.record)

    def _loop(self, account: AccountId) -> AccountLoop:
        loop = self._loops.get(account)
        if loop is None:
            self._forget_idle()
            loop = self._loops[account] = AccountLoop(account, self._context)
        self._loops.move_to_end(account)
        return loop

    def _forget_idle(self) -> None:
        """Drop idle loops until one more fits, the longest unused first."""
        surplus = len(self._loops) - LOOPS_MAX + 1
        idle = (account for account, loop in self._loops.items() if loop.is_idle)
        for account in list(islice(idle, max(0, surplus))):
            del self._loops[account]
