"""Tell of credit that is about to expire, when it is time (R19)."""

from shared.ledger.book import Book
from shared.notices.expiry import next_expiry_warning, warning
from shared.posting.decision import Decision, Posted
from shared.service.services import Services
from shared.use_cases.accounts.usage_rate import used_per_day


async def warn_of_expiry(services: Services, book: Book) -> Book | None:
    """The account after everything due was told; None when nothing was due. How much will be lost depends on the rate
    of use, which is not in the book: it is read only when a warning is due.
    """
    per_day, warned = None, None
    while book.terms.closed_at is None:
        now = services.clock.now()
        due_at = next_expiry_warning(book, now=now)
        if due_at is None or due_at > now:
            break
        per_day = await used_per_day(services, book, now=now) if per_day is None else per_day
        answer = await services.ledger.post(book.terms.account, _warning(per_day))
        if not isinstance(answer, Posted):
            break
        book = warned = answer.book
    return warned


def _warning(per_day: int) -> Decision:
    return Decision(lambda book, now: warning(book, per_day=per_day, now=now))
