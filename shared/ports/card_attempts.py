"""The memory of which cards were tried."""

from datetime import datetime, timedelta
from typing import Protocol

from shared.kernel.ids import AccountId


class CardAttempts(Protocol):
    """How often each account tried a card: one count for all processes, kept over restarts. Both raise
    `UnavailableError`: whoever cannot count may not try a card.
    """

    async def admit(self, account: AccountId, name: str, now: datetime) -> timedelta | None:
        """Count the attempt called *name* and return None; or how long it must wait, and it is not counted. An attempt
        that is counted already is admitted again.
        """
        ...

    async def declined(self, account: AccountId, name: str, now: datetime) -> None:
        """Note that the attempt called *name* was declined; twice is once."""
        ...
