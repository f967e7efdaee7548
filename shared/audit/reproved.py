"""What was proved, derived again: a whole audit passes the page up to which the account was proved, and compares."""

from collections.abc import Iterator

from shared.audit.finding import Finding, Invariant
from shared.audit.proved import Proved
from shared.audit.replay import Replay
from shared.audit.snapshot import Snapshot
from shared.audit.state import OtherFormError, replay_of, text_of
from shared.kernel.ids import AccountId
from shared.posting.journal.pages import Page, after_facts

ROW = "Audits"
"""How findings name what is stored in that table."""


def unusable(taken: Snapshot, proved: Proved) -> Iterator[Finding]:
    """A finding when the stored state is not as it was written, or of a page after the head."""
    if not proved.is_intact:
        yield _finding(taken.account, "what was proved is not as it was stored")
    elif proved.sequence > taken.sequence:
        detail = f"pages up to {proved.sequence} were proved, and the head is at page {taken.sequence}"
        yield _finding(taken.account, detail)


def proved_flaws(found: Replay, proved: Proved) -> Iterator[Finding]:
    """A finding when the stored state differs from that of *found*, which has applied the same pages. Both are compared
    as read, so that a state of an earlier version, without later fields, still equals.
    """
    if not proved.is_intact or not found.is_applied:
        return
    try:
        stored = replay_of(found.account, proved.text)
    except OtherFormError:
        return
    except (ValueError, KeyError, TypeError, AttributeError):
        stored = None
    if stored is None or proved.chain != found.chain or stored != replay_of(found.account, text_of(found)):
        yield _finding(found.account, f"what was proved is not what the pages up to {proved.sequence} make")


def flaws_at(found: Replay, proved: Proved, page: Page) -> Iterator[Finding]:
    """A finding when the state that *found* continues from is not that after *page*."""
    is_there = (found.sequence, found.chain) == (proved.sequence, proved.chain) == (page.sequence, page.hash)
    if not is_there or found.book is None or after_facts(found.book) != page.facts["after"]:
        yield _finding(found.account, f"what was proved is not what page {proved.sequence} says")


def _finding(account: AccountId, detail: str) -> Finding:
    return Finding(account, Invariant.CHAIN, ROW, detail)
