"""The record of card attempts."""

from datetime import datetime, timedelta
from typing import Protocol

from shared.kernel.ids import AccountId


class CardAttempts(Protocol):
    """How often each account tried a card: one count for all processes, kept over restarts. Both methods raise
    `UnavailableError`: an attempt that cannot be counted must not be made.
    """

    async def admit(self, account: AccountId, name: str, now: datetime) -> timedelta | None:
        """Count the attempt called *name* and return None. If it is over a limit, do not count it, and return how long
        it must wait. An attempt that is already counted is admitted again.
        """
        ...

    async def record_decline(self, account: AccountId, name: str, now: datetime) -> None:
        """Record that the attempt called *name* was declined. Idempotent."""
        ...
