"""Everything stored about one account, as of one commit, even if other processes commit meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.ids import AccountId
from shared.ports import Row, Table
from shared.posting.journal import reads
from shared.posting.journal.keys import ENTITLEMENTS, HEAD, LICENCE, MARKER, OPEN_HOLD, OUTBOX, PAGE, POOL, end_of
from shared.posting.journal.rows import Loaded, loaded_from

_ALL = ("", "~")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of one partition. *open* has the rows of the working set as of page *sequence*; in *rows*, pages,
    markers and closed rows may be newer. *latest* is the head's page after everything had been read: nothing in *rows*
    is newer.
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
    while True:
        first = await table.range(account, "a:", end_of("a:"))
        loaded = loaded_from(first.rows)
        if loaded is None:
            return None
        if first.responses == 1 or await reads.head_etag(table, account) == loaded.etags[HEAD]:
            break
    everything = await table.range(account, *_ALL)
    rows = {row.key: row for row in everything.rows}
    head = await table.get(account, HEAD)
    latest = int(head.values["sequence"]) if head else loaded.book.position.sequence
    return Snapshot(account, loaded, {row.key: row for row in first.rows}, rows, latest)


KNOWN = (
    *("a:head", "a:terms", "a:settings", ENTITLEMENTS, "a:lot:", "a:intent:", OPEN_HOLD),
    *("h:lot:", "h:intent:", PAGE, MARKER, OUTBOX, LICENCE, POOL),
)
"""Every kind of row that a partition may hold."""
