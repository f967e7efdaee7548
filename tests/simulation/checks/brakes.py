"""The brake: while it has braked auto-recharge is paused and begins nothing, and it tells each time, once (R28)."""

from collections.abc import Iterator
from itertools import pairwise

from shared.posting.journal.pages import Page
from tests.simulation.checks.books import Books


def brakes(books: Books) -> Iterator[str]:
    """Find the pages that charge although the brake has braked, or tell of it too often or not at all. A page may
    release the brake and brake again: then it tells, too.
    """
    for account, pages in books.pages.items():
        braked_by = 0
        for before, page in pairwise(pages):
            was, now = before.facts["after"]["slot"], page.facts["after"]["slot"]
            causes = page.facts["brake"]["why"] if "brake" in page.facts else None
            has_braked = bool(causes) if causes is not None else bool(braked_by)
            told, where = _told(page), f"page {page.sequence} of {account}"
            if has_braked and not braked_by and told != 1:
                yield f"28: {where} brakes, and {told} notices say so"
            if told and causes is None:
                yield f"28: {where} tells of a brake, and nothing has changed"
            if has_braked and braked_by and now["state"] == "wanted" and now["sequence"] != was["sequence"]:
                yield f"28: {where} begins a recharge although the brake has braked"
            paused = page.facts["after"].get("pause", {}).get("reason")
            if has_braked and paused not in {"brake", "dispute"}:
                yield f"28: {where} has braked, and auto-recharge is not paused"
            braked_by = page.sequence if has_braked else 0


def _told(page: Page) -> int:
    return sum(queue == "notices" and body["notice"]["kind"] == "brake" for queue, body in page.facts.get("outbox", ()))
