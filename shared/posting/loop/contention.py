"""Contention with other processes on the same account: how long to wait after a lost race, and when to give way.

If all processes try at random times, most transactions are lost: eight processes on one account did two fifths of what
one does. So the process that wins a race continues for a while, with a book that it need not read again. The others
wait longer the more races they have lost in a row, and check the head before they try again. After a streak of commits
the winner gives way.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

JITTER_SECONDS = 0.01
"""The longest wait after the first loss. It is short, because a single collision costs little."""

GROWTH, GROWTHS_MAX = 4, 3
"""Each further loss in a row multiplies the longest wait by `GROWTH`, at most `GROWTHS_MAX` times. Longer waits save
transactions; shorter ones let a single decision in sooner: beside a busy process it waited up to two seconds (one
second with two growths).
"""

RECHECK_SECONDS = 0.04
"""A process that has lost its last tries waits this long, about the duration of a commit, and reads the head again. If
the head has changed, a competing process is committing: a read finds that out more cheaply than a lost transaction."""

RECHECKS_MAX = 6
"""Losses in a row after which it tries without that check, so that no process waits for ever."""

STREAK = 12
"""Commits in a row after which a process that has lost a race gives way."""

TURNS = 3
"""How often it gives way without losing again. After that it assumes that no competing process is left."""

PAUSE_SECONDS = 0.15
"""How long it gives way: long enough for a waiting process to wake up, check the head, decide and commit."""


class Contention:
    """The contention on one account, as this process experiences it."""

    def __init__(self) -> None:
        self._losses = 0
        self._wins = 0
        self._turns = 0

    async def may_try(self, is_unchanged: Callable[[], Awaitable[bool]]) -> bool:
        """Whether no competing process seems to be committing. *is_unchanged* returns whether the head is still that
        of the cached book.
        """
        if not 1 < self._losses < RECHECKS_MAX:
            return True
        await asyncio.sleep(RECHECK_SECONDS)
        if await is_unchanged():
            return True
        await self.lost()
        return False

    async def lost(self) -> None:
        """The commit of another process came first: wait."""
        self._turns, self._wins = TURNS, 0
        longest = JITTER_SECONDS * GROWTH ** min(self._losses, GROWTHS_MAX)
        self._losses = self._losses % RECHECKS_MAX + 1
        await asyncio.sleep(random.random() * longest)  # noqa: S311 - only spreads the processes, keeps no secret

    async def won(self) -> None:
        """This process's commit came first. After a streak it gives way."""
        self._losses = 0
        if not self._turns:
            return
        self._wins += 1
        if self._wins % STREAK == 0:
            self._turns -= 1
            await asyncio.sleep(PAUSE_SECONDS)
