"""The journal's rows themselves: each says what its text says, and none lies behind the head (promise 4)."""

from collections.abc import Iterator, Sequence

from shared.audit.finding import Finding, Promise
from shared.audit.snapshot import Snapshot
from shared.kernel.times import instant_text
from shared.ports import Row
from shared.posting.keys import PAGE, page_key
from shared.posting.pages import Page, page_of


def pages_of(snapshot: Snapshot) -> Sequence[Page]:
    """The pages up to the snapshot's own, in order."""
    return [page_of(row) for row in snapshot.under(PAGE) if row.key <= page_key(snapshot.sequence)]


def check_rows(snapshot: Snapshot) -> Iterator[Finding]:
    """Pages that the head has never reached, as after a restored backup of the head; rows unlike their own text."""
    for row in snapshot.under(PAGE):
        if row.key > page_key(snapshot.latest):
            words = f"it lies behind the head, which is at {snapshot.latest}"
            yield Finding(snapshot.account, Promise.CHAIN, row.key, words)
        elif _is_unlike(row):
            yield Finding(snapshot.account, Promise.CHAIN, row.key, "its place, time or hash is not that of its text")


def _is_unlike(row: Row) -> bool:
    page = page_of(row)
    said = (row.key, row.values["at"], row.values["hash"])
    return said != (page_key(page.sequence), instant_text(page.at), page.hash)
