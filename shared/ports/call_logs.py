"""The call logs that a telephony provider keeps for each tenant."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from shared.kernel.ids import AccountId


class CallLog(StrEnum):
    """A log; its value is the format of its rows (CONTRACT 6)."""

    PSTN = "graph-pstn"
    DIRECT_ROUTING = "graph-direct-routing"


class CallLogs(Protocol):
    """The logs of tenants."""

    def pages(
        self, tenant: AccountId, log: CallLog, start: datetime, end: datetime
    ) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """The rows of calls that began from *start* to *end*, page by page, in no order that can be relied on. A call
        that began exactly at *end* may be missing. Raises `UnavailableError` when the provider does not answer, refuses
        or asks for more patience than a run has; rows that came before are valid.
        """
        ...
