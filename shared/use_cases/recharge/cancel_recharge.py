"""Cancel a recharge that is no longer wanted, and free its slot (R3, R4)."""

from datetime import datetime

from shared.kernel.ids import PaymentId
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ports import Decline, Payment, PaymentState
from shared.posting.decision import Decision, Posted
from shared.recharge import slot as lifecycle
from shared.recharge.dunning import Severity, severity
from shared.recharge.stored_cards import refuse
from shared.service.services import Services
from shared.telemetry.instruments import RECHARGES
from shared.use_cases.payments.settle_payment import grant_payment


def severity_of(decline: Decline) -> Severity:
    """What the decline says about further charges of its card."""
    return severity(decline.code, decline.decline_code, decline.advice)


async def cancel_recharge(services: Services, book: Book) -> None:
    """Cancel the slot's payment. If it has succeeded meanwhile, its money becomes a lot; while it is processing, wait.
    A refusal of its card for good is stored before, because a cancelled payment may not tell it any more.
    """
    slot = book.slot
    if not slot.payment:
        await end_recharge(services, book)
        return
    tried = await services.payments.retrieve(PaymentId(slot.payment))
    if tried is not None and tried.card == slot.card and tried.decline and severity_of(tried.decline) is Severity.HARD:
        await _refuse_card(services, book)
    await services.payments.cancel(PaymentId(slot.payment))
    payment: Payment | None = await services.payments.retrieve(PaymentId(slot.payment))
    if payment is None or payment.state is PaymentState.CANCELLED:
        await end_recharge(services, book)
    elif payment.state is PaymentState.SUCCEEDED:
        await grant_payment(services, book.terms.account, payment)


async def _refuse_card(services: Services, book: Book) -> None:
    """Store that the card of the try was refused for good: it is never charged again (R4)."""

    def decide(current: Book, _now: datetime) -> Change | None:
        settings = refuse(current.settings, book.slot)
        return Change(settings=settings) if settings != current.settings else None

    await services.ledger.post(book.terms.account, Decision(decide))


async def end_recharge(services: Services, book: Book) -> None:
    """Free the slot."""
    ended = book.slot

    def decide(current: Book, _now: datetime) -> Change | None:
        change = lifecycle.ended(current, ended.payment) if current.slot.sequence == ended.sequence else NOTHING
        return None if change is NOTHING else change

    if isinstance(await services.ledger.post(book.terms.account, Decision(decide)), Posted):
        RECHARGES.add(1, {"outcome": "cancelled"})
