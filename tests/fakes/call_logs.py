"""The ports `CallLogs` and `Watermarks` in memory, over the stand-in's rows."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from local.stand_ins.graph.logs import DIRECT_ROUTING, PSTN, Logs
from shared.kernel.ids import AccountId
from shared.ports import CallLog, Clock

FUNCTIONS = {CallLog.PSTN: PSTN, CallLog.DIRECT_ROUTING: DIRECT_ROUTING}


class FakeCallLogs:
    """`fault` is asked before each page, with the tenant and the number of the page. `ranges` is what was read."""

    def __init__(self, clock: Clock, page: int = 3) -> None:
        self.logs = Logs()
        self.ranges: list[tuple[str, CallLog, datetime, datetime]] = []
        self.fault: Callable[[str, int], Awaitable[None]] | None = None
        self._clock, self._page = clock, page

    def add(self, tenant: str, row: dict[str, Any], visible_from: datetime, log: CallLog = CallLog.PSTN) -> None:
        self.logs.add(tenant, FUNCTIONS[log], row, visible_from)

    async def pages(
        self, tenant: AccountId, log: CallLog, start: datetime, end: datetime
    ) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        self.ranges.append((tenant, log, start, end))
        rows = self.logs.rows(tenant, FUNCTIONS[log], start, end, self._clock.now())
        for number, first in enumerate(range(0, max(1, len(rows)), self._page)):
            if self.fault:
                await self.fault(tenant, number)
            yield rows[first : first + self._page]
