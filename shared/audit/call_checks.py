"""Comparison of stored holds, pools, licences and entitlements with what the pages make (invariants 2 and 7)."""

from collections.abc import Iterator

from shared.audit.finding import Invariant
from shared.audit.snapshot import Snapshot
from shared.ledger.book import Book
from shared.ports import Value
from shared.posting.journal.call_rows import licence_values, pool_values
from shared.posting.journal.keys import ENTITLEMENTS, LICENCE, OPEN_HOLD, POOL, licence_key

Found = Iterator[tuple[Invariant, str, str]]


def call_differences(snapshot: Snapshot, book: Book) -> Found:
    """Everything about calls in progress, pools and licences in which the rows differ from the pages.

    Pools and licences are not in the working set: while other processes commit, their rows may be newer than the
    snapshot, so they are compared only when nothing was committed meanwhile.
    """
    stored = snapshot.loaded.book
    if stored.entitlements != book.entitlements:
        yield Invariant.CHAIN, ENTITLEMENTS, "subscriptions, exemptions or billing are not what the pages make"
    for key in sorted(stored.holds.keys() | book.holds.keys()):
        if stored.holds.get(key) != book.holds.get(key):
            yield Invariant.HOLD, OPEN_HOLD + key, "the hold is missing, has ended, or is not what its pages make"
    if snapshot.is_still:
        pools = {
            POOL + key: pool_values(pool)
            for key, pool in book.pools.items()
            if pool.used or pool.pinned or POOL + key in snapshot.rows  # a call may come and go within one commit
        }
        yield from _rows_differ(snapshot, POOL, pools, Invariant.POOL)
        licences = {licence_key(user): licence_values(licence) for user, licence in book.licences.items()}
        yield from _rows_differ(snapshot, LICENCE, licences, Invariant.CHAIN)


def _rows_differ(snapshot: Snapshot, prefix: str, expected: dict[str, dict[str, Value]], invariant: Invariant) -> Found:
    rows = {row.key: dict(row.values) for row in snapshot.under(prefix)}
    for key in sorted(rows.keys() | expected.keys()):
        if rows.get(key) != expected.get(key):
            yield invariant, key, "the row is missing or not what the pages make"
