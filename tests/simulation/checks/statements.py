"""The statement of a month: told once, in the first page after it, with the hash of the month's last page (R25)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from shared.posting.journal.pages import Page
from tests.simulation.checks.books import Books


def statements(books: Books) -> Iterator[str]:
    """Find the months that are told twice, not at all, or with another chain. A page that books something and closes
    the account is left out: whether it tells depends on the order.
    """
    for account, pages in books.pages.items():
        has_booked = bool(pages and pages[0].facts["movements"])
        for before, page in pairwise(pages):
            closes, books_now = _closes(page), bool(page.facts["movements"])
            told, where = _told(page), f"page {page.sequence} of {account}"
            is_over = has_booked and (closes or _month(before) != _month(page))
            if len(told) != is_over and not (closes and books_now):
                yield f"25: {where} tells {len(told)} statements instead of {is_over:d}"
            for notice in told:
                if (notice["month"], notice["lastPage"], notice["chain"]) != _place(before):
                    yield f"25: {where} tells a statement that is not of the page before it"
            has_booked = not closes and (books_now or (has_booked and not is_over))


def _place(page: Page) -> tuple[str, int, str]:
    return _month(page), page.sequence, page.hash


def _month(page: Page) -> str:
    return f"{page.at:%Y-%m}"


def _closes(page: Page) -> bool:
    return bool(page.facts.get("terms", {}).get("closed_at"))


def _told(page: Page) -> list[dict[str, Any]]:
    notices = [body["notice"] for queue, body in page.facts.get("outbox", ()) if queue == "notices"]
    return [notice for notice in notices if notice["kind"] == "statement"]
