"""The payment provider's customer for an account: only one is used."""

from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.change import Change
from shared.posting.decision import Decision, Posted, Unchanged
from shared.service.services import Services
from shared.use_cases.payments.provider_key import hourly


async def open_customer(services: Services, book: Book) -> str:
    """Return the customer's id. If two were created at once, it is the one that was committed first."""
    if book.settings.customer:
        return book.settings.customer
    terms = book.terms
    key = hourly(terms.account, terms.epoch, "customer", now=services.clock.now())
    customer = await services.cards.open_customer(terms.account, key)

    def decide(current: Book, _now: datetime) -> Change | None:
        if current.settings.customer:
            return None
        return Change(settings=replace(current.settings, customer=customer))

    answer = await services.ledger.post(terms.account, Decision(decide))
    assert isinstance(answer, Posted | Unchanged)
    return answer.book.settings.customer
