"""Read a purchase. A buyer who returns from the bank to the portal sees the outcome even if no webhook has arrived: the
state of an open purchase is read from the provider and booked first.
"""

from shared.kernel.ids import PaymentId
from shared.ledger.book import Book
from shared.ledger.intent import Intent, IntentState
from shared.ports import Payment, PaymentRefusedError, UnavailableError
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.payments.settle_payment import settle_payment
from shared.views.purchases import find_purchase, purchase_json


async def read_purchase(services: Services, request: Request) -> Reply:
    """One purchase as it is now. While the provider does not answer, it is shown as it was booked last."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    intent, payment = await find_purchase(services, book, request.path["purchase"]), None
    if intent.is_open and intent.payment:
        try:
            payment = await settle_payment(services, PaymentId(intent.payment))
        except UnavailableError:
            if intent.state is IntentState.REQUIRES_ACTION:  # its secret is only at the provider
                raise
        else:
            book = await services.book(request.account)
            intent = await find_purchase(services, book, intent.id)
    return Reply(200, await shown_purchase(services, book, intent, payment))


async def shown_purchase(services: Services, book: Book, intent: Intent, payment: Payment | None) -> dict[str, object]:
    """The purchase for its buyer. *payment* is what was read of its payment, if it was read. A receipt that cannot be
    read is null.
    """
    if payment is None and intent.state is IntentState.REQUIRES_ACTION:
        payment = await services.payments.retrieve(PaymentId(intent.payment))
    elif payment is None and intent.state is IntentState.SUCCEEDED:
        try:
            payment = await services.payments.retrieve(PaymentId(intent.payment))
        except (UnavailableError, PaymentRefusedError):
            payment = None
    return purchase_json(book, intent, payment)
