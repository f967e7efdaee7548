"""The journal, page by page: each row agrees with its own text, and none is newer than the head (invariant 4).

Only a few pages are in memory at a time, however long the journal is.
"""

from collections.abc import AsyncIterator, Iterator

from shared.audit.finding import Finding, Invariant
from shared.audit.snapshot import Snapshot
from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.ports import Row, Table
from shared.posting.journal.keys import PAGE, page_key
from shared.posting.journal.pages import Page, page_of

PAGES_AT_ONCE, PAGES_AT_ONCE_MAX = 20, 500
"""How many pages the first request reads, and at most a later one."""

CHARACTERS_AT_ONCE = 1_000_000
"""What a request should read: pages of single calls are read by the hundred, full ones by the dozen."""


async def pages_and_rows(table: Table, account: AccountId, first: int, last: int) -> AsyncIterator[tuple[Page, Row]]:
    """The pages from *first* to *last*, both included, in order, as far as they exist, each with its row."""
    at_once = PAGES_AT_ONCE
    while first <= last:
        end = min(last + 1, first + at_once)
        rows = (await table.range(account, page_key(first), page_key(end))).rows
        characters = 0
        for row in rows:
            page = page_of(row)
            characters += sum(len(value) for value in row.values.values() if isinstance(value, str))
            yield page, row
        mean = characters // len(rows) if rows else 0
        at_once = min(max(CHARACTERS_AT_ONCE // max(mean, 1), PAGES_AT_ONCE), PAGES_AT_ONCE_MAX)
        first = end


def row_differs(account: AccountId, page: Page, row: Row) -> Iterator[Finding]:
    """A finding when the row of a page differs from the page's own text."""
    stored = (row.key, row.values["at"], row.values["hash"])
    if stored != (page_key(page.sequence), instant_text(page.at), page.hash):
        yield Finding(account, Invariant.CHAIN, row.key, "its key, time or hash is not that of its text")


def newer_than_head(snapshot: Snapshot) -> Iterator[Finding]:
    """A finding for each page that is newer than the head, as when the head was restored from an older backup."""
    for row in snapshot.under(PAGE):
        if row.key > page_key(snapshot.latest):
            detail = f"it is newer than the head, which is at page {snapshot.latest}"
            yield Finding(snapshot.account, Invariant.CHAIN, row.key, detail)
