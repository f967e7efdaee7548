"""Which waiting decisions were settled before, found with few requests after the storage refused a group (LOOP 8).

The storage names one marker that exists. The page that wrote it names every marker of its commit, and the calls of a
message that is delivered again were booked together or one commit after the other. So that page and the ones after it
are read, as long as they hold events of waiting decisions, and only in rare cases each marker.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from shared.kernel.ids import AccountId
from shared.ledger.book import Book
from shared.ports import Table
from shared.posting.decision import Event, Marker, MarkerKind
from shared.posting.journal import reads
from shared.posting.journal.pages import Page
from shared.posting.loop.group import Member

FEW = 2
"""So many markers are read singly at once: a range of pages costs more."""

PAGES_AT_FIRST = 3
"""Pages that hold two hundred calls, if their commits were full."""

PAGES_MAX = 200
"""Pages read after one refusal."""

REFUSALS_MAX = 3
"""Refused groups in a row, without a commit between them, after which pages are no longer read: the events were settled
far apart."""


class SettledEvents:
    """One account's search for events that were settled before."""

    def __init__(self, table: Table, account: AccountId) -> None:
        self._table, self._account = table, account
        self._refused_at = self._refusals = 0

    async def among(self, members: Sequence[Member]) -> Mapping[str, Marker]:
        """The markers of all events of *members*, by event key, each read singly. Raises `UnavailableError`."""
        return await reads.markers(self._table, self._account, dict.fromkeys(_events(members)))

    async def find(self, named: Event, members: Sequence[Member], sequence: int) -> Mapping[str, Marker]:
        """Markers of the members' events, by event key, with that of *named*. If an event of a member is found, so is
        its own event, if that exists: it decides the answer. *sequence*: the page after which the group was refused.
        Raises `UnavailableError`.
        """
        self._refusals = self._refusals + 1 if self._refused_at == sequence else 1
        self._refused_at = sequence
        wanted = list(dict.fromkeys(_events(members)))
        if len(wanted) <= FEW or self._refusals > REFUSALS_MAX:
            return await reads.markers(self._table, self._account, dict.fromkeys([named, *wanted]))
        found = await reads.markers(self._table, self._account, [named])
        if named.key in found:
            missing = {event.key for event in wanted if event.key not in found}
            found |= await self._in_pages(found[named.key].sequence, missing)
        return found | await reads.markers(self._table, self._account, undecided(members, found))

    async def _in_pages(self, first: int, wanted: set[str]) -> dict[str, Marker]:
        """Markers of *wanted* in page *first* and after it. The next pages are read if the last one held some: as many
        as would hold the others, at the number of markers in a page so far.
        """
        found: dict[str, Marker] = {}
        count, last, marks = PAGES_AT_FIRST, first - 1, 0
        while count and wanted:
            promising = False
            async for page in reads.pages(self._table, self._account, last + 1, last + count):
                markers = list(markers_of(page))
                known = {marker.event.key: marker for marker in markers if marker.event.key in wanted}
                promising = page.sequence == last + count and bool(known)
                wanted = wanted - known.keys()
                found |= known
                marks += len(markers)
            last += count
            read = last - first + 1
            count = min(PAGES_MAX - read, -(-len(wanted) * read // marks)) if promising else 0
        return found


def undecided(members: Iterable[Member], found: Mapping[str, Marker]) -> list[Event]:
    """The own events of members of which only a further event was found."""
    owners = (member.decision for member in members if any(event.key in found for event in member.decision.all_events))
    return [each.event for each in owners if each.event is not None and each.event.key not in found]


def includes(book: Book, markers: Mapping[str, Marker]) -> bool:
    """Whether *book* is of a time after the commits that wrote *markers*."""
    return all(marker.sequence <= book.position.sequence for marker in markers.values())


def markers_of(page: Page) -> Iterator[Marker]:
    """The markers that *page* wrote."""
    for key, content, kind, movement, result in page.facts.get("marks", ()):
        yield Marker(Event(key, content), MarkerKind(kind), page.sequence, movement, result)


def _events(members: Iterable[Member]) -> Iterator[Event]:
    for member in members:
        yield from member.decision.events
