"""How far the logs of tenants have been read."""

from datetime import datetime
from typing import Protocol

from shared.kernel.ids import AccountId
from shared.ports.call_logs import CallLog


class Watermarks(Protocol):
    """One instant for each tenant and log: everything that began before it was read once. All raise
    `UnavailableError`.
    """

    async def reached(self, tenant: AccountId, log: CallLog) -> datetime | None:
        """The watermark; None if the log was never read."""
        ...

    async def advance(self, tenant: AccountId, log: CallLog, to: datetime) -> None:
        """Store *to* as the watermark, unless it is later already."""
        ...
