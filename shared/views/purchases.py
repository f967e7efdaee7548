"""Purchases, for portals."""

from shared.kernel.times import instant_text
from shared.ledger.book import Book
from shared.ledger.intent import Intent, IntentState
from shared.ports import Payment
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal import reads
from shared.service.http import ProblemError, Reply, Request, page_of, refused
from shared.service.query import OWN_NAME, names_on_page
from shared.service.services import Services
from shared.views.account import money_json


async def list_purchases(services: Services, request: Request) -> Reply:
    """Every purchase, oldest first unless `order=desc`."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    closed = await reads.closed_intents(services.ledger.table, request.account)
    intents = {intent.id: intent for intent in (*closed, *book.intents.values())}
    shown = [_json(book, intents[name]) for name in names_on_page(request, intents, OWN_NAME)]
    return Reply(200, page_of(shown, request.limit()))


async def find_purchase(services: Services, book: Book, name: str) -> Intent:
    """An open purchase, or one that has ended; `not_found` for neither."""
    found = book.intents.get(name)
    if found is None and OWN_NAME.fullmatch(name):
        found = await reads.closed_intent(services.ledger.table, book.terms.account, name)
    if found is None:
        raise ProblemError("not_found", "there is no such purchase")
    return found


def purchase_json(book: Book, intent: Intent, payment: Payment | None) -> dict[str, object]:
    """One purchase, with what its *payment* at the provider adds: the secret for the provider's form while its buyer
    must act, and the provider's receipt once the money was taken.
    """
    shown = _json(book, intent)
    if intent.state is IntentState.REQUIRES_ACTION:
        shown["clientSecret"] = payment.client_secret if payment else None
    if intent.state is IntentState.SUCCEEDED:
        shown["receiptUrl"] = payment.receipt_url if payment else None
    return shown


def _json(book: Book, intent: Intent) -> dict[str, object]:
    return {
        "id": intent.id,
        "state": intent.state.value,
        "amount": money_json(intent.amount, book.terms.currency),
        "reason": intent.reason or None,
        "lot": intent.lot or None,
        "createdAt": instant_text(intent.created_at),
        "by": intent.by or None,
    }
