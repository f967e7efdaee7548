"""Refunds, for portals."""

from shared.kernel.times import instant_text
from shared.ledger.book import Book
from shared.ledger.refund import Refund
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal import reads
from shared.service.http import ProblemError, Reply, Request, page_of, refused
from shared.service.query import OWN_NAME, names_on_page
from shared.service.services import Services
from shared.views.account import money_json


async def list_refunds(services: Services, request: Request) -> Reply:
    """Every refund, oldest first unless `order=desc`."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    refunds = {refund.id: refund for refund in await refunds_of(services, book)}
    currency = book.terms.currency
    shown = [refund_json(refunds[name], currency) for name in names_on_page(request, refunds, OWN_NAME)]
    return Reply(200, page_of(shown, request.limit()))


async def read_refund(services: Services, request: Request) -> Reply:
    """One refund as it is now."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    return Reply(200, refund_json(await find_refund(services, book, request.path["refund"]), book.terms.currency))


async def refunds_of(services: Services, book: Book) -> list[Refund]:
    """Every refund of the account, open ones as in *book*. One that ends meanwhile is read as it ended."""
    closed = await reads.closed_refunds(services.ledger.table, book.terms.account)
    return list({refund.id: refund for refund in (*book.refunds.values(), *closed)}.values())


async def find_refund(services: Services, book: Book, name: str) -> Refund:
    """A refund, open or ended; `not_found` for neither."""
    found = book.refunds.get(name)
    if found is None and OWN_NAME.fullmatch(name):
        found = await reads.closed_refund(services.ledger.table, book.terms.account, name)
    if found is None:
        raise ProblemError("not_found", "there is no such refund")
    return found


def refund_json(refund: Refund, currency: str) -> dict[str, object]:
    """One refund."""
    return {
        "id": refund.id,
        "lot": refund.lot,
        "amount": money_json(refund.amount, currency),
        "state": refund.state.value,
        "reason": refund.reason or None,
        "createdAt": instant_text(refund.created_at),
    }
