"""What would become of the rows of a file, without writing anything (CONTRACT 6, a dry run)."""

from collections import Counter
from collections.abc import Iterator, Sequence

from shared.ports import Counts
from shared.posting.decision import Marker
from shared.posting.journal import reads
from shared.readers.row import Ignored, RefusedRecord, Row, Usage
from shared.service.services import Services
from shared.use_cases.imports.portion import counted
from shared.use_cases.usage.envelope import Named, read_event
from shared.use_cases.usage.message import Parsed
from shared.use_cases.usage.reason import Reason, Unbookable
from shared.use_cases.usage.record_items import Outcome, Recorded, rate


class Trial:
    """A dry run of one file: it remembers the file's events, so that a second one with the same identity is a
    duplicate. Of the free calls it knows those that are free whatever the account has; what pools would pay is not
    tried.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._seen: dict[bytes, bytes] = {}

    async def try_rows(self, rows: Sequence[Row]) -> Counts:
        """Count what would be booked, duplicate, suspended and ignored. Raises `UnavailableError`."""
        ignored = Counter(row.reason for row in rows if isinstance(row, Ignored))
        items = [read_event(Parsed(row.event)) for row in rows if isinstance(row, Usage)]
        named = [item for item in items if isinstance(item, Named)]
        outcomes = [Reason(row.reason) for row in rows if isinstance(row, RefusedRecord)]
        outcomes += [item.flaw.reason for item in items if not isinstance(item, Named)]
        found = [Recorded(Outcome.SUSPENDED, reason) for reason in outcomes]
        for item, marker in await self._markers(named):
            found.append(self._again(item, marker) or await self._new(item))
        return counted(found, ignored)

    async def _markers(self, named: Sequence[Named]) -> Iterator[tuple[Named, Marker | None]]:
        """Each event with the marker of its first delivery."""
        by_key: dict[str, Marker] = {}
        for account in dict.fromkeys(item.account for item in named):
            events = [item.event for item in named if item.account == account]
            by_key |= await reads.markers(self._services.ledger.table, account, events)
        return ((item, by_key.get(item.event.key)) for item in named)

    def _again(self, item: Named, marker: Marker | None) -> Recorded | None:
        """The outcome of an event that came before; None when it is new."""
        key, content = bytes.fromhex(item.event.key)[:16], bytes.fromhex(item.event.content)[:16]
        before = self._seen.get(key)
        self._seen.setdefault(key, content)
        if marker is None and before is None:
            return None
        is_same = before == content if marker is None else item.event.is_settled_by(marker)
        return Recorded(Outcome.DUPLICATE) if is_same else Recorded(Outcome.SUSPENDED, Reason.CONFLICT)

    async def _new(self, item: Named) -> Recorded:
        terms = await self._services.terms(item.account)
        if terms is None or terms.closed_at is not None:
            return Recorded(Outcome.SUSPENDED, Reason.UNKNOWN_ACCOUNT)
        call = await rate(self._services, item, terms)
        if isinstance(call, Unbookable):
            return Recorded(Outcome.SUSPENDED, call.reason)
        return Recorded(Outcome.BOOKED, is_free=call.facts.rate is None or not call.seconds)
