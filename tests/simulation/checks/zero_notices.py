"""Checks the zero-balance notices: one per crossing (R19), none while a recharge may still bring credit, none lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from shared.kernel.times import parse_instant
from shared.ledger.balance import can_spend
from shared.ledger.book import Book
from shared.posting.journal.pages import Page
from tests.simulation.checks.books import Books

CREDIT = frozenset({"purchase", "recharge", "grant"})

LONGEST_WAIT = timedelta(hours=1)
"""After this time a recharge without an outcome no longer defers the notice."""


def zero_notices(books: Books) -> Iterator[str]:
    """Find the pages that send a notice twice or too early."""
    for account, pages in books.pages.items():
        for before, page in pairwise(pages):
            if not _sends_zero(page):
                continue
            if before.facts["after"]["zeroTold"] and not _brings_credit(page):
                yield f"9: page {page.sequence} of {account} sends a second zero-balance notice"
            may_begin_later = _was_overdue(before, page) or _may_start_recharge(page)
            if _is_recharge_in_progress(page.facts["after"]["slot"], page.at) and not may_begin_later:
                yield f"9: page {page.sequence} of {account} sends a zero-balance notice during a recharge"


def is_zero_notice_lost(book: Book, now: datetime) -> bool:
    """Whether an account without pending work has nothing to spend, and nobody was notified."""
    return not book.zero_notified and not can_spend(book, now)


def _sends_zero(page: Page) -> bool:
    kinds = [body["notice"]["kind"] for queue, body in page.facts.get("outbox", ()) if queue == "notices"]
    return "balanceZero" in kinds


def _brings_credit(page: Page) -> bool:
    """Whether one of the page's decisions enabled the next notice before another one spent the credit."""
    return bool(page.facts.get("opened") or any(m["kind"] == "correction" for m in page.facts["movements"]))


def _may_start_recharge(page: Page) -> bool:
    """Whether a later decision of the page may have started a recharge: the page changed settings or a purchase,
    brought credit, or released the brake, which had kept the recharge back when the notice was sent. A recharge that
    was overdue then may have ended in it, and the next one begun.
    """
    brings_credit = any(movement["kind"] in CREDIT for movement in page.facts["movements"])
    is_released = "brake" in page.facts and not page.facts["brake"]["why"]
    return brings_credit or is_released or "settings" in page.facts or "intents" in page.facts


def _was_overdue(before: Page, page: Page) -> bool:
    """Whether a recharge waited to begin, for its retry or for too long, or for another one to be cancelled: a later
    decision of the page may begin it.
    """
    slot = before.facts["after"]["slot"]
    return slot["state"] in {"declined", "cancelling"} or (
        slot["state"] == "wanted" and not _is_recharge_in_progress(slot, page.at)
    )


def _is_recharge_in_progress(slot: dict[str, Any], at: datetime) -> bool:
    since = slot.get("since")
    return slot["state"] in {"wanted", "charging"} and since is not None and at - parse_instant(since) < LONGEST_WAIT
