"""The journal's rows themselves: each says what its text says, and none lies behind the head (invariant 4)."""

from collections.abc import Sequence

from shared.audit.finding import Finding, Invariant
from shared.audit.snapshot import Snapshot
from shared.kernel.times import instant_text
from shared.ports import Row
from shared.posting.journal.keys import PAGE, page_key
from shared.posting.journal.pages import Page, page_of


def read_journal(snapshot: Snapshot) -> tuple[Sequence[Page], Sequence[Finding]]:
    """The pages up to the snapshot's own, in order; and what is wrong with their rows: unlike their own text, or never
    reached by the head, as after its restoration from an older backup.
    """
    pages, findings = list[Page](), list[Finding]()
    for row in snapshot.under(PAGE):
        if row.key > page_key(snapshot.latest):
            words = f"it lies behind the head, which is at {snapshot.latest}"
            findings.append(Finding(snapshot.account, Invariant.CHAIN, row.key, words))
        elif row.key <= page_key(snapshot.sequence):
            pages.append(page_of(row))
            if _is_unlike(row, pages[-1]):
                words = "its place, time or hash is not that of its text"
                findings.append(Finding(snapshot.account, Invariant.CHAIN, row.key, words))
    return pages, findings


def _is_unlike(row: Row, page: Page) -> bool:
    said = (row.key, row.values["at"], row.values["hash"])
    return said != (page_key(page.sequence), instant_text(page.at), page.hash)
