"""The rows of tenants' call logs: each appears some time after its call."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.kernel.times import parse_instant

PSTN, DIRECT_ROUTING = "getPstnCalls", "getDirectRoutingCalls"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, when its call began, and from when on the log shows it."""

    row: dict[str, Any]
    started_at: datetime
    visible_from: datetime


@dataclass(slots=True)
class Logs:
    """The logs by tenant and function."""

    _entries: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)

    def add(self, tenant: str, function: str, row: dict[str, Any], visible_from: datetime) -> None:
        """Add a row that is shown from *visible_from* on."""
        started_at = parse_instant(row["startDateTime"])
        self._entries.setdefault((tenant, function), []).append(Entry(row, started_at, visible_from))

    def rows(self, tenant: str, function: str, start: datetime, end: datetime, now: datetime) -> list[dict[str, Any]]:
        """The rows of calls that began from *start* to *end*, as the log shows them at *now*. The end is part of the
        range of the PSTN log, and not of the Direct Routing log.
        """
        return [
            entry.row
            for entry in self._entries.get((tenant, function), ())
            if entry.visible_from <= now
            and (start <= entry.started_at < end or (function == PSTN and entry.started_at == end))
        ]
