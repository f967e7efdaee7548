"""What would become of the rows of a file, without writing anything (CONTRACT 6, a dry run)."""

from collections import Counter
from collections.abc import Iterator, Sequence

from shared.ports import Counts
from shared.ports.suspense import key_of_bytes
from shared.posting.decision import Marker
from shared.posting.journal import reads
from shared.posting.journal.keys import UNATTRIBUTED
from shared.readers.row import Ignored, RefusedRecord, Row, Usage
from shared.service.services import Services
from shared.use_cases.imports.portion import counted
from shared.use_cases.usage.envelope import Named, read_event
from shared.use_cases.usage.message import Parsed
from shared.use_cases.usage.read_events import Source, refused_item
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable
from shared.use_cases.usage.record_items import DUPLICATE, Outcome, Recorded, rate


class Trial:
    """A dry run of one file: it remembers the file's events and what has no identity, so that a second one is a
    duplicate. Of the free calls it knows those that are free whatever the account has; what pools would pay is not
    tried.
    """

    def __init__(self, services: Services, source: Source) -> None:
        self._services, self._source = services, source
        self._seen: dict[bytes, bytes] = {}
        self._nameless: set[str] = set()

    async def try_rows(self, rows: Sequence[Row]) -> Counts:
        """Count what would be booked, duplicate, suspended and ignored. Raises `UnavailableError`."""
        ignored = Counter(row.reason for row in rows if isinstance(row, Ignored))
        items = [read_event(Parsed(row.event)) for row in rows if isinstance(row, Usage)]
        named = [item for item in items if isinstance(item, Named)]
        nameless = [refused_item(row, self._source) for row in rows if isinstance(row, RefusedRecord)]
        nameless += [item for item in items if isinstance(item, Nameless)]
        found = await self._unidentified(nameless)
        for item, marker in await self._markers(named):
            found.append(await self._again(item, marker) or await self._new(item))
        return counted(found, ignored)

    async def _unidentified(self, items: Sequence[Nameless]) -> list[Recorded]:
        """The outcomes of bytes without identity: the same bytes are kept once, in this file or an earlier one."""
        keys = [key_of_bytes(item.raw) for item in items]
        new = [key for key in dict.fromkeys(keys) if key not in self._nameless]
        self._nameless |= await self._services.suspense.kept_bytes(new)
        found = []
        for key, item in zip(keys, items, strict=True):
            is_known = key in self._nameless
            found.append(DUPLICATE if is_known else Recorded(Outcome.SUSPENDED, item.flaw.reason))
            self._nameless.add(key)
        return found

    async def _markers(self, named: Sequence[Named]) -> Iterator[tuple[Named, Marker | None]]:
        """Each event with the marker of its first delivery, also where its account was unknown then and is now."""
        table, by_key = self._services.ledger.table, dict[str, Marker]()
        for account in dict.fromkeys(item.account for item in named):
            events = [item.event for item in named if item.account == account]
            home = UNATTRIBUTED if await self._services.terms(account) is None else account
            by_key |= await reads.markers(table, home, events)
        return ((item, by_key.get(item.event.key)) for item in named)

    async def _again(self, item: Named, marker: Marker | None) -> Recorded | None:
        """The outcome of an event that came before; None when it is new. A conflict is kept once, too."""
        key, content = bytes.fromhex(item.event.key)[:16], bytes.fromhex(item.event.content)[:16]
        before = self._seen.get(key)
        self._seen.setdefault(key, content)
        if marker is None and before is None:
            return None
        is_same = before == content or (marker is not None and item.event.is_settled_by(marker))
        is_kept = marker is not None and not is_same and await self._is_kept_conflict(item)
        return DUPLICATE if is_same or is_kept else Recorded(Outcome.SUSPENDED, Reason.CONFLICT)

    async def _is_kept_conflict(self, item: Named) -> bool:
        events = item.conflicts()
        known = await reads.markers(self._services.ledger.table, item.account, events)
        return any(event.key in known and event.is_settled_by(known[event.key]) for event in events)

    async def _new(self, item: Named) -> Recorded:
        terms = await self._services.terms(item.account)
        if terms is None or terms.closed_at is not None:
            return Recorded(Outcome.SUSPENDED, Reason.UNKNOWN_ACCOUNT)
        call = await rate(self._services, item, terms)
        if isinstance(call, Unbookable):
            return Recorded(Outcome.SUSPENDED, call.reason)
        return Recorded(Outcome.BOOKED, is_free=call.facts.rate is None or not call.seconds)
