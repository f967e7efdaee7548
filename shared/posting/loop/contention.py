"""Other processes that commit to the same account: how long to wait after losing to one, and when to give way.

Who tries at random wins as seldom as on a radio channel where all speak at random: eight processes on one account did
two fifths of what one does, and spent the rest on transactions that lost. So whoever wins goes on for a while, with a
book that it need not read again; the others keep quiet the longer the more often they have lost, and listen before they
try again. Then the winner gives way.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable

JITTER_SECONDS = 0.01
"""The longest wait after the first loss: a single collision costs nobody much."""

GROWTH, GROWTHS_MAX = 4, 3
"""Each further loss in a row makes it so many times as long, so often. Longer waits spare transactions; shorter ones
let a single decision in sooner: beside a busy process it waited for up to two seconds (with two growths, for one).
"""

LISTEN_SECONDS = 0.04
"""Whose last tries were lost looks at the head twice, so far apart: about the length of a commit. A changed head says
that somebody is at it, for the price of a read and not of a transaction."""

LISTENS_MAX = 6
"""Losses in a row after which it tries whatever it hears: nobody waits for ever."""

STREAK = 12
"""Commits in a row after which a process that has met rivals gives way."""

TURNS = 3
"""How often it gives way without losing again: then nobody is there any more."""

PAUSE_SECONDS = 0.15
"""How long it gives way: long enough for one of those who wait to wake up, listen, decide and commit."""


class Contention:
    """One account's rivals, as this process meets them."""

    def __init__(self) -> None:
        self._losses = 0
        self._wins = 0
        self._turns = 0

    async def is_clear(self, is_unchanged: Callable[[], Awaitable[bool]]) -> bool:
        """Whether no rival is at it, as far as one can hear; *is_unchanged*: whether the head is still the book's."""
        if not 1 < self._losses < LISTENS_MAX:
            return True
        await asyncio.sleep(LISTEN_SECONDS)
        if await is_unchanged():
            return True
        await self.lost()
        return False

    async def lost(self) -> None:
        """Somebody else's commit came first."""
        self._turns, self._wins = TURNS, 0
        longest = JITTER_SECONDS * GROWTH ** min(self._losses, GROWTHS_MAX)
        self._losses = self._losses % LISTENS_MAX + 1
        await asyncio.sleep(random.random() * longest)  # noqa: S311 - spreads rivals, hides nothing

    async def won(self) -> None:
        """The own commit came first. After a streak the others get their turn."""
        self._losses = 0
        if not self._turns:
            return
        self._wins += 1
        if self._wins % STREAK == 0:
            self._turns -= 1
            await asyncio.sleep(PAUSE_SECONDS)
