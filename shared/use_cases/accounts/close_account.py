"""Close an account in which nothing is left (CONTRACT 2). Its journal stays. Opening it again begins a new life."""

from datetime import datetime

from shared.kernel.times import instant_text
from shared.ledger.book import Book, Refused
from shared.ledger.change import Change
from shared.ledger.lifetime import close
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision
from shared.service.http import ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.service_numbers.release_numbers import release_numbers


async def close_account(services: Services, request: Request) -> Reply:
    """200 with the time of closing, for every repeat as well. `not_empty` while there is money, a hold or a payment, or
    while a message about the account must still be sent. Its service numbers become free.
    """
    account = request.account
    book = await services.ledger.read_including_closed(account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    if book.terms.closed_at is None:
        if not await services.ledger.drain(account):
            raise ProblemError("not_empty", "messages about the account are still to be sent")
        answer = await services.ledger.post(account, Decision(_closed))
        if isinstance(answer, Refused) and answer != UNKNOWN_ACCOUNT:  # unknown: another request closed it first
            raise refused(answer)
        book = await services.book(account)
    closed_at = book.terms.closed_at
    if closed_at is None:
        raise ProblemError("unavailable", "the account was opened again meanwhile")
    await release_numbers(services, account, closed_at)
    return Reply(200, {"account": account, "closedAt": instant_text(closed_at)})


def _closed(book: Book, now: datetime) -> Change | Refused:
    return close(book, now=now)
