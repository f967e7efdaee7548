"""The payment provider's customer that stands for an account: one, whoever asks first."""

from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.change import Change
from shared.posting.decision import Decision, Posted, Unchanged
from shared.service.services import Services


async def open_customer(services: Services, book: Book) -> str:
    """Return the customer's id; the key makes two openings one."""
    if book.settings.customer:
        return book.settings.customer
    terms = book.terms
    customer = await services.cards.open_customer(terms.account, f"{terms.account}|{terms.epoch}|customer")

    def decide(fresh: Book, _now: datetime) -> Change | None:
        if fresh.settings.customer:
            return None
        return Change(settings=replace(fresh.settings, customer=customer))

    answer = await services.ledger.post(terms.account, Decision(decide))
    assert isinstance(answer, Posted | Unchanged)
    return answer.book.settings.customer
