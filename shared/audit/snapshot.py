"""Everything stored about one account, as of one commit, even if other processes commit meanwhile."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from shared.kernel.ids import AccountId
from shared.ports import Row, Table
from shared.posting.journal import reads
from shared.posting.journal.keys import (
    BRAKE,
    CLOSED_LOT,
    CLOSED_REFUND,
    ENTITLEMENTS,
    HABIT,
    HEAD,
    LICENCE,
    MARKER,
    OPEN_HOLD,
    OPEN_LOT,
    OPEN_REFUND,
    OUTBOX,
    PAGE,
    POOL,
    end_of,
    page_key,
)
from shared.posting.journal.rows import Loaded, loaded_from

_FIRST, _LAST = "", "~"

ROWS_AT_ONCE = 32
"""How many single rows are requested at the same time."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of one partition, without its markers and without the pages up to *sequence*, which are streamed. *open*
    has the rows of the working set as of page *sequence*; in *rows*, others may be newer. *latest* is the head's page
    after everything had been read: nothing in *rows* is newer.
    """

    account: AccountId
    loaded: Loaded
    open: Mapping[str, Row]
    rows: Mapping[str, Row]
    latest: int

    @property
    def is_still(self) -> bool:
        """Whether nothing was committed while it was read: then a row that no page explains is a finding."""
        return self.latest == self.sequence

    @property
    def sequence(self) -> int:
        """The last page of the working set."""
        return self.loaded.book.position.sequence

    def under(self, prefix: str) -> list[Row]:
        """The rows whose key begins with *prefix*, in key order."""
        return [row for key, row in self.rows.items() if prefix <= key < end_of(prefix)]


async def take(table: Table, account: AccountId) -> Snapshot | None:
    """Read the working set as of one commit, then all other rows. None when there is no head."""
    working_set = await _working_set(table, account)
    if working_set is None:
        return None
    sequence = working_set[0].book.position.sequence
    ranges = ((_FIRST, page_key(1)), (page_key(sequence + 1), MARKER), (end_of(MARKER), _LAST))
    return await _with_ranges(table, account, working_set, ranges)


async def take_open(table: Table, account: AccountId) -> Snapshot | None:
    """The same without the rows beside the working set, which are as many as there ever were: only with pages that are
    newer, and the outbox.
    """
    working_set = await _working_set(table, account)
    if working_set is None:
        return None
    sequence = working_set[0].book.position.sequence
    ranges = ((page_key(sequence + 1), end_of(PAGE)), (OUTBOX, end_of(OUTBOX)))
    return await _with_ranges(table, account, working_set, ranges)


async def with_rows(table: Table, snapshot: Snapshot, keys: Sequence[str]) -> Snapshot:
    """*snapshot* with the rows with these *keys*, and with those of lots that have been reopened meanwhile."""
    rows = await read_rows(table, snapshot.account, keys)
    gone = [key.replace(CLOSED_LOT, OPEN_LOT, 1) for key in keys if key.startswith(CLOSED_LOT) and key not in rows]
    reopened = await read_rows(table, snapshot.account, [key for key in gone if key not in snapshot.open])
    return replace(snapshot, rows={**snapshot.rows, **rows, **reopened})


async def read_rows(table: Table, account: AccountId, keys: Sequence[str]) -> dict[str, Row]:
    """Those of the rows with these *keys* that exist, read a few at a time."""
    rows: dict[str, Row] = {}
    for start in range(0, len(keys), ROWS_AT_ONCE):
        some = keys[start : start + ROWS_AT_ONCE]
        found = await asyncio.gather(*(table.get(account, key) for key in some))
        rows |= {row.key: row for row in found if row is not None}
    return rows


async def _working_set(table: Table, account: AccountId) -> tuple[Loaded, Sequence[Row]] | None:
    while True:
        first = await reads.working_set_rows(table, account, _FIRST)
        loaded = loaded_from(first.rows)
        if loaded is None:
            return None
        if first.responses == 1 or await reads.head_etag(table, account) == loaded.etags[HEAD]:
            return loaded, first.rows


async def _with_ranges(
    table: Table, account: AccountId, working_set: tuple[Loaded, Sequence[Row]], ranges: Iterable[tuple[str, str]]
) -> Snapshot:
    loaded, first = working_set
    later = [row for begin, end in ranges for row in (await table.range(account, begin, end)).rows]
    head = await table.get(account, HEAD)
    latest = int(head.values["sequence"]) if head else loaded.book.position.sequence
    rows = {row.key: row for row in (*first, *later)}
    return Snapshot(account, loaded, {row.key: row for row in first}, rows, latest)


KNOWN = (
    *("a:head", "a:terms", "a:settings", ENTITLEMENTS, BRAKE, HABIT, "a:lot:", "a:intent:", OPEN_HOLD, OPEN_REFUND),
    *("h:lot:", "h:intent:", CLOSED_REFUND, PAGE, MARKER, OUTBOX, LICENCE, POOL),
)
"""Every kind of row that a partition may hold."""
