"""The journal's rows: each agrees with its own text, and none is newer than the head (invariant 4)."""

from collections.abc import Sequence

from shared.audit.finding import Finding, Invariant
from shared.audit.snapshot import Snapshot
from shared.kernel.times import instant_text
from shared.ports import Row
from shared.posting.journal.keys import PAGE, page_key
from shared.posting.journal.pages import Page, page_of


def read_journal(snapshot: Snapshot) -> tuple[Sequence[Page], Sequence[Finding]]:
    """The pages up to that of the snapshot, in order, and findings about their rows: they differ from their own text,
    or are newer than the head, as when the head was restored from an older backup.
    """
    pages, findings = list[Page](), list[Finding]()
    for row in snapshot.under(PAGE):
        if row.key > page_key(snapshot.latest):
            detail = f"it is newer than the head, which is at page {snapshot.latest}"
            findings.append(Finding(snapshot.account, Invariant.CHAIN, row.key, detail))
        elif row.key <= page_key(snapshot.sequence):
            pages.append(page_of(row))
            if _differs(row, pages[-1]):
                detail = "its key, time or hash is not that of its text"
                findings.append(Finding(snapshot.account, Invariant.CHAIN, row.key, detail))
    return pages, findings


def _differs(row: Row, page: Page) -> bool:
    stored = (row.key, row.values["at"], row.values["hash"])
    return stored != (page_key(page.sequence), instant_text(page.at), page.hash)
