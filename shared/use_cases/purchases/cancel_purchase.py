"""Cancel a purchase that has not succeeded: its payment first, then the purchase."""

from datetime import datetime

from shared.kernel.ids import AccountId, PaymentId
from shared.ledger.book import Book
from shared.ledger.change import Change
from shared.ledger.intent import Intent
from shared.posting.decision import UNKNOWN_ACCOUNT, Decision, Posted, Unchanged
from shared.purchasing.purchase import moved
from shared.service.http import Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.payments.settle_payment import settle_payment
from shared.use_cases.purchases.read_purchase import shown_purchase
from shared.views.purchases import find_purchase


async def cancel_purchase(services: Services, request: Request) -> Reply:
    """200 with the purchase in its new state: cancelled, or succeeded if the payment succeeded before."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    intent = await find_purchase(services, book, request.path["purchase"])
    if intent.is_open:
        await cancel_open_purchase(services, request.account, intent)
    book = await services.book(request.account)
    intent = await find_purchase(services, book, intent.id)
    return Reply(200, await shown_purchase(services, book, intent, None))


async def cancel_open_purchase(services: Services, account: AccountId, intent: Intent) -> None:
    """Cancel an open purchase if that is still possible. The state of its payment at the provider decides."""
    payment = intent.payment
    if not payment:
        answer = await services.ledger.post(account, Decision(lambda book, now: _cancelled(book, intent.id, "", now)))
        assert isinstance(answer, Posted | Unchanged)
        found = answer.book.intents.get(intent.id)
        payment = found.payment if found else ""
    if not payment:
        return
    await services.payments.cancel(PaymentId(payment))
    if await services.payments.retrieve(PaymentId(payment)) is None:
        await services.ledger.post(account, Decision(lambda book, now: _cancelled(book, intent.id, payment, now)))
    else:
        await settle_payment(services, PaymentId(payment))


def _cancelled(book: Book, name: str, payment: str, now: datetime) -> Change | None:
    """Cancel the purchase if its payment is still *payment*: none, or one that the provider does not know. Otherwise
    the payment's state decides.
    """
    found = book.intents.get(name)
    if found is None or not found.is_open or found.payment != payment:
        return None
    return moved(book, name, "cancelled", now=now)
