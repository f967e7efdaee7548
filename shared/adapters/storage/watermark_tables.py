"""The `Watermarks` port on a table: a partition for each tenant, a row for each log."""

from datetime import datetime

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant
from shared.ports import (
    CallLog,
    Create,
    OutcomeUnknownError,
    Replace,
    RowChangedError,
    RowExistsError,
    Table,
    UnavailableError,
)

TRIES = 5
"""Two runs may overlap; more than a few lost races in a row mean something else."""


class WatermarkTables:
    """Watermarks in *table*."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def reached(self, tenant: AccountId, log: CallLog) -> datetime | None:
        """See `Watermarks.reached`."""
        row = await self._table.get(tenant, log.value)
        return parse_instant(str(row.values["reached"])) if row else None

    async def advance(self, tenant: AccountId, log: CallLog, to: datetime) -> None:
        """See `Watermarks.advance`."""
        for _ in range(TRIES):
            row = await self._table.get(tenant, log.value)
            if row and parse_instant(str(row.values["reached"])) >= to:
                return
            values = {"reached": instant_text(to)}
            write = Replace(log.value, values, row.etag) if row else Create(log.value, values)
            try:
                await self._table.transact(tenant, [write])
            except (RowExistsError, RowChangedError):
                continue
            except OutcomeUnknownError as unknown:
                raise UnavailableError(str(unknown)) from unknown
            return
        raise UnavailableError("the watermark changes all the time")
