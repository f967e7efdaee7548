"""Comparison of stored holds, pools, licences and entitlements with what the pages make (invariants 2, 7 and 12)."""

from collections.abc import Iterator

from shared.audit.finding import Invariant
from shared.audit.rebuilt import licence_rows, pool_rows
from shared.audit.replay import Replay
from shared.audit.snapshot import Snapshot
from shared.ledger.book import Book
from shared.ports import Value
from shared.posting.journal.keys import BRAKE, ENTITLEMENTS, LICENCE, OPEN_HOLD, POOL

Found = Iterator[tuple[Invariant, str, str]]


def call_differences(snapshot: Snapshot, rebuilt: Replay, book: Book) -> Found:
    """Everything about calls in progress, pools and licences in which the rows differ from the pages.

    Pools and licences are not in the working set: while other processes commit, their rows may be newer than the
    snapshot, so they are compared only when nothing was committed meanwhile. An audit that continues has read only the
    rows that its pages changed.
    """
    stored = snapshot.loaded.book
    if stored.entitlements != book.entitlements:
        yield Invariant.CHAIN, ENTITLEMENTS, "subscriptions, exemptions or billing are not what the pages make"
    if stored.brake != book.brake:
        yield Invariant.CHAIN, BRAKE, "the fraud brake is not what the pages make"
    for key in sorted(stored.holds.keys() | book.holds.keys()):
        if stored.holds.get(key) != book.holds.get(key):
            yield Invariant.HOLD, OPEN_HOLD + key, "the hold is missing, has ended, or is not what its pages make"
    if snapshot.is_still:
        yield from _rows_differ(snapshot, POOL, _pools(snapshot, rebuilt), Invariant.POOL)
        yield from _rows_differ(snapshot, LICENCE, licence_rows(rebuilt), Invariant.CHAIN)


def _pools(snapshot: Snapshot, rebuilt: Replay) -> dict[str, dict[str, Value]]:
    """The rows of changed pools. One in which nothing is used or set aside may have no row: a call came and went within
    one commit.
    """
    return {
        key: values
        for key, values in pool_rows(rebuilt).items()
        if values["used"] or values["pinned"] or key in snapshot.rows
    }


def _rows_differ(snapshot: Snapshot, prefix: str, expected: dict[str, dict[str, Value]], invariant: Invariant) -> Found:
    rows = {row.key: dict(row.values) for row in snapshot.under(prefix)}
    for key in sorted(rows.keys() | expected.keys()):
        if rows.get(key) != expected.get(key):
            yield invariant, key, "the row is missing or not what the pages make"
