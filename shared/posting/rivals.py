"""Other processes that commit to the same account: how long to wait after losing to one, and after winning."""

import asyncio
import random

JITTER_SECONDS = 0.01
"""After a loss: back at once, within this. A longer back-off, or a growing one, would let one process win all."""

PAUSE_SECONDS = 0.01
"""After a win: give way for up to this, once for each loss on the way to it, so that the rivals get their turn."""

LOSSES_COUNTED = 8
"""More rivals than that are served by the jitter alone."""


class Rivals:
    """One account's rivals, as this process meets them."""

    def __init__(self) -> None:
        self._losses = 0

    async def lost(self) -> None:
        """Somebody else's commit came first."""
        self._losses = min(self._losses + 1, LOSSES_COUNTED)
        await asyncio.sleep(random.random() * JITTER_SECONDS)  # noqa: S311 - spreads rivals, hides nothing

    async def won(self) -> None:
        """The own commit came first."""
        losses, self._losses = self._losses, 0
        if losses:
            await asyncio.sleep(random.random() * PAUSE_SECONDS * losses)  # noqa: S311 - as above
