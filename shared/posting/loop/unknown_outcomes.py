"""Attempts to commit whose outcome is unknown (DESIGN 4, LOOP 3).

The write may land late, even minutes after its process gave up. Once the head has reached the attempt's sequence, the
page of that number decides: if it has the attempt's token, the attempt happened; if it has another token, it never
will. Until then the attempt's decisions may be made again, but not refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.kernel.ids import AccountId
from shared.ledger.change import LedgerBrokenError
from shared.ports import Table
from shared.posting.journal import reads
from shared.posting.loop.commit import Commit
from shared.posting.loop.group import Group


@dataclass(frozen=True, slots=True)
class Attempt:
    """A transaction that may have been applied, or may be applied later."""

    commit: Commit
    group: Group


class UnknownOutcomes:
    """The unresolved attempts of one account in this process."""

    def __init__(self) -> None:
        self._open: list[Attempt] = []

    def __bool__(self) -> bool:
        return bool(self._open)

    def remember(self, attempt: Attempt) -> None:
        """Keep an attempt until a page with its number exists."""
        self._open.append(attempt)

    def may_have_written(self, sequence: int) -> bool:
        """Whether page *sequence* may have been written by an unresolved attempt."""
        return any(attempt.commit.sequence == sequence for attempt in self._open)

    async def resolve(self, table: Table, account: AccountId, reached: int) -> Sequence[Attempt]:
        """Return the attempts that happened, now that the head is at *reached*; forget those that never will."""
        decided = [attempt for attempt in self._open if attempt.commit.sequence <= reached]
        happened = []
        for attempt in decided:
            page = await reads.page(table, account, attempt.commit.sequence)
            if page is None:
                raise LedgerBrokenError(f"page {attempt.commit.sequence} is missing below the head")
            if page.token == attempt.commit.token:
                happened.append(attempt)
        self._open = [attempt for attempt in self._open if attempt not in decided]
        return happened
