"""Recharge an account: move its slot as far as possible (R3, R4). It runs for messages of the queue `recharges`.

Before each step a commit stores that the slot is in it, and each call to the provider has a key under which a repeat
gets the same answer. So it may crash at any point, run twice or run late.
"""

from collections.abc import Callable
from datetime import datetime

from shared.kernel.ids import AccountId, CardId, PaymentId
from shared.kernel.money import Money
from shared.ledger.balance import balance
from shared.ledger.book import Book
from shared.ledger.change import Change
from shared.ledger.slot import Slot, SlotState
from shared.notices.decline_reason import decline_reason
from shared.notices.kinds import AuthenticationNeeded, RechargeFailed
from shared.notices.notify import card_shown, notice_message
from shared.ports import (
    Confirmation,
    Decline,
    Payment,
    PaymentOrder,
    PaymentRefusedError,
    PaymentState,
    Presence,
    UnavailableError,
)
from shared.posting.decision import Decision, Posted, Unchanged
from shared.recharge import slot as lifecycle
from shared.recharge.dunning import Severity, reason
from shared.recharge.trigger import is_wanted
from shared.service.services import Services
from shared.telemetry.instruments import RECHARGES
from shared.use_cases.payments.payment_owner import RECHARGE, payment_metadata
from shared.use_cases.payments.provider_key import hourly
from shared.use_cases.payments.settle_payment import grant_payment
from shared.use_cases.recharge.cancel_recharge import cancel_recharge, end_recharge, severity_of


async def recharge_account(services: Services, account: AccountId, sequence: int) -> None:
    """Move slot *sequence*. Raises `UnavailableError` when the provider does not answer: the queue delivers the message
    again, and after that the alarm sends another one. No outcome is ever assumed.
    """
    book = await services.ledger.read(account)
    if book is None or book.slot.sequence != sequence:
        return
    slot, now = book.slot, services.clock.now()
    retry_is_due = slot.retry_at is not None and slot.retry_at <= now
    if slot.state is SlotState.WANTED or (slot.state is SlotState.DECLINED and retry_is_due):
        book = await _begin(services, book)
    if book.slot.state is SlotState.CHARGING:
        await _charge(services, book)
    elif book.slot.state is SlotState.CANCELLING:
        await cancel_recharge(services, book)


async def _begin(services: Services, book: Book) -> Book:
    """Commit the next try, with its payment and card, before money can move; or give up if it is no longer wanted."""
    slot, account = book.slot, book.terms.account
    payment = PaymentId(slot.payment)
    if not payment and is_wanted(book, now=services.clock.now()):
        try:
            payment = await _create(services, book)
        except PaymentRefusedError as refusal:
            code = refusal.code
            await _book_failure(services, book, lambda current, now: lifecycle.not_created(current, code, now=now))
            return await services.book(account)

    def decide(current: Book, now: datetime) -> Change | None:
        if current.slot != slot:
            return None
        card = lifecycle.card_to_try(current)
        if not payment or card is None or not is_wanted(current, now=now):
            return lifecycle.give_up(current, payment, now=now)
        return lifecycle.begin(current, payment, card, now=now)

    answer = await services.ledger.post(account, Decision(decide))
    return answer.book if isinstance(answer, Posted | Unchanged) else book


async def _create(services: Services, book: Book) -> PaymentId:
    """Create an unconfirmed payment for the slot. The first that is committed is the slot's; others move no money."""
    terms, slot = book.terms, book.slot
    order = PaymentOrder(
        money=Money(slot.amount, terms.currency),
        customer=book.settings.customer,
        metadata=payment_metadata(terms.account, RECHARGE, str(slot.sequence), services.rules.deployment),
    )
    key = hourly(terms.account, terms.epoch, str(slot.sequence), services.rules.deployment, now=services.clock.now())
    return (await services.payments.create(order, key)).id


async def _charge(services: Services, book: Book) -> None:
    """Charge the card of this try, and book the payment's state. With the same key, a repeat only gets the outcome."""
    slot = book.slot
    try:
        payment, refusal = await _try_card(services, slot)
    except UnavailableError:
        RECHARGES.add(1, {"outcome": "unknown"})
        raise
    if payment is None:
        return
    if payment.state is PaymentState.SUCCEEDED:
        await grant_payment(services, book.terms.account, payment)
    elif payment.state is PaymentState.CANCELLED:
        await end_recharge(services, book)
    elif refusal or payment.state in {PaymentState.DECLINED, PaymentState.REQUIRES_ACTION}:
        await _decline(services, book, refusal or payment.decline or Decline("authentication_required"), payment.tried)


async def _try_card(services: Services, slot: Slot) -> tuple[Payment | None, Decline | None]:
    """The payment after this try, and the decline if the card was not charged. Raises `UnavailableError` if the outcome
    is unknown.
    """
    payment_id = PaymentId(slot.payment)
    payment = await services.payments.retrieve(payment_id)
    if payment is None or not _may_charge(slot, payment):
        return payment, None
    refusal = await services.payments.confirm(
        Confirmation(payment_id, CardId(slot.card), Presence.BUYER_ABSENT),
        hourly(slot.payment, str(slot.attempt), slot.card, now=services.clock.now()),
    )
    return await services.payments.retrieve(payment_id), refusal


def _may_charge(slot: Slot, payment: Payment) -> bool:
    """Whether this try has not been made yet. A card is charged only then: after an hour, a repeat would have another
    key, and be another charge.
    """
    if payment.state is PaymentState.DECLINED:
        return not _is_answered(slot, payment)
    return payment.state is PaymentState.UNCONFIRMED


def _is_answered(slot: Slot, payment: Payment) -> bool:
    """Whether the decline at the provider is that of this try, whose answer was lost, and not that of the try before,
    which is booked.
    """
    if slot.attempt == 1:
        return True
    if slot.answered:
        return payment.tried != slot.answered and payment.card == slot.card
    # The try before was booked by 0.1.0, which did not keep its name. A card that is refused for good is never tried
    # again, so that such a decline of this card is that of this try.
    return payment.card == slot.card and payment.decline is not None and severity_of(payment.decline) is Severity.HARD


async def _decline(services: Services, book: Book, decline: Decline, answered: str) -> None:
    """Book the decline of this try, and notify administrators."""
    kind, code = severity_of(decline), reason(decline.code, decline.decline_code)

    def failure(current: Book, now: datetime) -> Change:
        return lifecycle.declined(current, code, kind, answered=answered, now=now)

    await _book_failure(services, book, failure, kind)


async def _book_failure(
    services: Services, book: Book, failure: Callable[[Book, datetime], Change], kind: Severity = Severity.SOFT
) -> None:
    """Book *failure* of the slot's current try, and notify administrators."""
    tried = book.slot

    def decide(current: Book, now: datetime) -> Change | None:
        if current.slot != tried:
            return None
        change = failure(current, now)
        return change.then(_failure_notice(current, change.slot or tried, kind, now=now))

    if isinstance(await services.ledger.post(book.terms.account, Decision(decide)), Posted):
        RECHARGES.add(1, {"outcome": "declined"})


def _failure_notice(book: Book, slot: Slot, kind: Severity, *, now: datetime) -> Change:
    """One e-mail for one failure: why, or that the card needs its holder."""
    amount = Money(slot.amount, book.terms.currency)
    left = Money(balance(book, now) - book.overdraft, book.terms.currency)
    card = card_shown(book, slot.card)
    if kind is Severity.HOLDER:
        return Change(outbox=(notice_message(book, AuthenticationNeeded(now, amount, left, card, slot.retry_at)),))
    notice = RechargeFailed(now, amount, left, decline_reason(slot.reason), card, slot.retry_at)
    return Change(outbox=(notice_message(book, notice),))
