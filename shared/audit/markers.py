"""The markers of an account, streamed: pages and rows are summed in ranges of keys, and only a range whose sums differ
is compared marker by marker (invariant 5). So memory does not grow with the number of calls.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.audit.finding import Finding, Invariant
from shared.audit.multiset import Multiset
from shared.kernel.ids import AccountId
from shared.ports import Row, Table
from shared.posting.decision import Marker
from shared.posting.journal.keys import MARKER, end_of
from shared.posting.journal.marker_rows import marker_of
from shared.posting.journal.pages import Page

RANGE_DIGITS = 2
"""Markers whose keys begin with the same digits are summed together: 256 ranges."""

MARKERS_AT_ONCE = 1_000

COMPARED_MAX = 50_000
"""How many markers are compared one by one at a time; their facts are in memory."""

Fact = tuple[int, Sequence[Any]]
"""The page that wrote a marker, and the marker as that page has it."""


@dataclass(slots=True)
class MarkerSums:
    """The sums of markers by range, and of those in *earlier* pages, which were proved by an earlier audit."""

    ranges: dict[str, Multiset] = field(default_factory=dict)
    earlier: Multiset = field(default_factory=Multiset)

    def add(self, sequence: int, fact: Sequence[Any]) -> None:
        """Add a marker of page *sequence*."""
        self.ranges.setdefault(fact[0][:RANGE_DIGITS], Multiset()).add(fact[0], [sequence, *fact[1:]])

    def all(self) -> Multiset:
        """The sum of all markers."""
        everything = Multiset(self.earlier.count, self.earlier.total)
        for part in self.ranges.values():
            everything.join(part)
        return everything

    def differing(self, other: "MarkerSums") -> list[str]:
        """The ranges in which the two differ."""
        return sorted(
            name for name in self.ranges.keys() | other.ranges.keys() if self.ranges.get(name) != other.ranges.get(name)
        )


@dataclass(slots=True)
class StoredMarkers:
    """The sums of the stored markers up to a page, and the newest one after it: its page and key."""

    sums: MarkerSums = field(default_factory=MarkerSums)
    newest: tuple[int, str] = (0, "")


def marks(page: Page) -> Sequence[Sequence[Any]]:
    """The markers that a page names."""
    facts: Sequence[Sequence[Any]] = page.facts.get("marks", ())
    return facts


def fact_of(marker: Marker) -> Sequence[Any]:
    """A stored marker in the form in which a page names it."""
    return [marker.event.key, marker.event.content, marker.kind.value, marker.movement, dict(marker.result)]


async def stored_markers(table: Table, account: AccountId, last: int) -> StoredMarkers:
    """Read every marker of *account* and sum those of pages up to *last*."""
    found = StoredMarkers()
    async for row in _rows(table, account, MARKER):
        marker = marker_of(row.key.removeprefix(MARKER), row.values)
        if marker.sequence <= last:
            found.sums.add(marker.sequence, fact_of(marker))
        else:
            found.newest = max(found.newest, (marker.sequence, row.key))
    return found


async def _rows(table: Table, account: AccountId, prefix: str) -> AsyncIterator[Row]:
    first = prefix
    while True:
        rows = (await table.range(account, first, end_of(prefix), MARKERS_AT_ONCE)).rows
        for row in rows:
            yield row
        if len(rows) < MARKERS_AT_ONCE:
            return
        first = f"{rows[-1].key}!"


def in_portions(names: Iterable[str], *sums: MarkerSums) -> Iterator[frozenset[str]]:
    """The ranges *names* in portions of at most `COMPARED_MAX` markers, at least one range each."""
    portion, count = list[str](), 0
    for name in names:
        size = max(each.ranges[name].count for each in sums if name in each.ranges)
        if portion and count + size > COMPARED_MAX:
            yield frozenset(portion)
            portion, count = [], 0
        portion.append(name)
        count += size
    if portion:
        yield frozenset(portion)


@dataclass(slots=True)
class MarkerFacts:
    """The facts of the markers in some *ranges*, collected from pages, with findings about repeated ones."""

    account: AccountId
    ranges: frozenset[str]
    facts: dict[str, Fact] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, page: Page) -> None:
        """Collect the markers of *page*."""
        for fact in marks(page):
            if fact[0][:RANGE_DIGITS] in self.ranges:
                before = self.facts.get(fact[0])
                if before is not None and before[0] != page.sequence:
                    detail = f"event {fact[0]} was settled by page {before[0]}"
                    self.findings.append(Finding(self.account, Invariant.ONCE, f"page {page.sequence}", detail))
                self.facts[fact[0]] = (page.sequence, fact)

    async def compare(self, table: Table, last: int) -> list[Finding]:
        """All findings about these markers: lost, changed, or of no page. Those of pages after *last* are ignored."""
        stored: dict[str, Row] = {}
        for name in sorted(self.ranges):
            async for row in _rows(table, self.account, MARKER + name):
                key = row.key.removeprefix(MARKER)
                if key[:RANGE_DIGITS] == name:
                    stored[key] = row
        return [*self.findings, *marker_differences(self.account, self.facts, stored, last)]


def marker_differences(
    account: AccountId, facts: Mapping[str, Fact], stored: Mapping[str, Row], last: int
) -> Iterator[Finding]:
    """In what the *stored* markers differ from the *facts* of the pages up to *last*."""
    for key, (sequence, fact) in facts.items():
        row = stored.get(key)
        marker = marker_of(key, row.values) if row else None
        if marker is None:
            yield Finding(account, Invariant.ONCE, MARKER + key, f"the marker that page {sequence} wrote is lost")
        elif fact_of(marker) != list(fact):
            yield Finding(account, Invariant.ONCE, MARKER + key, f"the marker is not what page {sequence} wrote")
        elif marker.sequence != sequence:
            detail = f"the marker names page {marker.sequence}, not {sequence}"
            yield Finding(account, Invariant.ONCE, MARKER + key, detail)
    for key, row in stored.items():
        if key not in facts and marker_of(key, row.values).sequence <= last:
            yield Finding(account, Invariant.ONCE, MARKER + key, "no page wrote this marker")
