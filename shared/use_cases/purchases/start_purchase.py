"""Start a purchase by hand, and move it as far as possible (R1). One Idempotency-Key makes one purchase, for ever."""

from dataclasses import replace
from datetime import datetime

from shared.eligibility import gate
from shared.kernel.ids import AccountId, CardId, PaymentId, digest
from shared.kernel.money import Money
from shared.ledger.book import OPEN_LOTS_MAX, TOO_MANY_LOTS, Book, Refused
from shared.ledger.change import Change
from shared.ledger.entitlements import BillingState
from shared.ledger.intent import Intent, IntentState
from shared.ports import Confirmation, Decline, Payment, PaymentOrder, PaymentRefusedError, PaymentState, Presence
from shared.posting.decision import UNKNOWN_ACCOUNT, Conflict, Decision, Duplicate, Event, Posted, Unchanged, event
from shared.posting.journal import reads
from shared.purchasing.purchase import IN_PROGRESS, is_abandoned
from shared.service.http import REPLAYED, ProblemError, Reply, Request, refused
from shared.service.services import Services
from shared.use_cases.cards.attach_card import attach_card, decline_uncharged
from shared.use_cases.cards.limit_card_attempts import count_card_attempt
from shared.use_cases.cards.open_customer import open_customer
from shared.use_cases.payments.payment_owner import PURCHASE, payment_metadata
from shared.use_cases.payments.provider_key import hourly
from shared.use_cases.payments.settle_payment import end_declined, settle_payment
from shared.use_cases.purchases.cancel_purchase import cancel_open_purchase
from shared.use_cases.purchases.declined_purchase import answer_decline
from shared.use_cases.purchases.new_purchase import NewPurchase
from shared.use_cases.purchases.read_purchase import shown_purchase
from shared.use_cases.recharge.set_auto_recharge import auto_recharge_of
from shared.views.purchases import find_purchase

SUBJECT_MAX = 255
"""Characters of a token's subject (OpenID Connect Core, 2)."""


async def start_purchase(services: Services, request: Request) -> Reply:
    """201 with the purchase in its current state, also when the same key is sent again."""
    key, requested, account = request.idempotency_key(), request.json(NewPurchase), request.account
    by = request.principal.subject[:SUBJECT_MAX] if request.principal else ""
    name = event("purchase", account, key, content=requested.content(), older=(requested.content_in_0_1(),))
    intent_name = digest(account, key)[:10]
    refusal = await _count_attempt(services, account, requested, name, intent_name)
    answer = await services.ledger.post(
        account,
        Decision(lambda book, now: refusal or _start(services, book, requested, intent_name, by=by, now=now), name),
    )
    begun: Book | None = None
    match answer:
        case Posted(result=result, book=begun):
            headers = {}
        case Duplicate(marker):
            result, headers = marker.result, REPLAYED
            await _refuse_in_progress(services, account, result["purchase"])
        case Conflict():
            raise ProblemError("idempotency_conflict", "this Idempotency-Key was used before for another purchase")
        case Refused():
            raise refused(answer)
        case _:
            raise AssertionError("a purchase always changes the book")
    payment = await _advance_in(services, begun or await services.book(account), result["purchase"])
    book = await services.ledger.read(account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    intent = await find_purchase(services, book, result["purchase"])
    await answer_decline(services, account, intent, requested, intent_name)
    return Reply(201, await shown_purchase(services, book, intent, payment), headers)


async def _count_attempt(
    services: Services, account: AccountId, requested: NewPurchase, name: Event, intent_name: str
) -> Refused | None:
    """Count the card attempt of a new purchase before anything is stored; None when it may be started. A purchase that
    the book refuses tries no card and is not counted. That refusal is returned and final, so that the purchase cannot
    be started without being counted.
    """
    if await reads.markers(services.ledger.table, account, (name,)):
        return None
    book = await services.ledger.read(account)
    if book is None:
        return UNKNOWN_ACCOUNT
    started = _start(services, book, requested, intent_name, by="", now=services.clock.now())
    if isinstance(started, Refused):
        return started
    await count_card_attempt(services, account, intent_name)
    return None


def _start(
    services: Services, book: Book, requested: NewPurchase, name: str, *, by: str, now: datetime
) -> Change | Refused:
    """The change of the first commit: it stores the purchase, before any money moves."""
    currency = book.terms.currency
    flaw = gate.refusal(book, now=now) or requested.amount.card_flaw(currency, "/amount")
    flaw = flaw or services.rules.amounts.charge_refusal(requested.amount.money.micros, currency, "/amount")
    card = requested.paymentMethod or next((card.id for card in book.settings.usable_cards()), None)
    if flaw is None and card is None:
        flaw = Refused("no_payment_method", "name a payment method, or store a card first", "/paymentMethod")
    if flaw is None and book.lots_reserved(now) >= OPEN_LOTS_MAX:
        flaw = Refused("too_many_lots", TOO_MANY_LOTS)
    arms = None
    if requested.autoRecharge:
        arms = auto_recharge_of(book, requested.autoRecharge, services.rules.amounts, "/autoRecharge")
    if isinstance(arms, Refused):
        flaw = flaw or arms
    if flaw is not None or card is None or isinstance(arms, Refused):
        return flaw or Refused("no_payment_method", "name a payment method")
    intent = Intent(
        id=f"{now:%Y%m%d%H%M%S%f}-{name}",
        state=IntentState.PROCESSING,
        amount=requested.amount.money.micros,
        card=card,
        created_at=now,
        touched_at=now,
        return_url=requested.returnUrl or "",
        arms=arms,
        by=by,
    )
    return Change(intents=(intent,), result={"purchase": intent.id})


async def _refuse_in_progress(services: Services, account: AccountId, intent_id: str) -> None:
    """409 while the first request is still running and has not charged the card yet. Later, a repeated request
    continues the purchase.
    """
    intent = (await services.book(account)).intents.get(intent_id)
    if intent is None or services.clock.now() >= intent.touched_at + IN_PROGRESS:
        return
    payment = await services.payments.retrieve(PaymentId(intent.payment)) if intent.payment else None
    if payment is None or payment.state is PaymentState.UNCONFIRMED:
        raise ProblemError("idempotency_in_progress", "the first request with this key is still running")


async def advance_purchase(services: Services, account: AccountId, intent_id: str) -> None:
    """Create the payment, charge it, and book its state, continuing where an earlier run stopped. A purchase whose
    request the provider refuses ends as declined, because it would be refused every time.
    """
    await _advance_in(services, await services.book(account), intent_id)


async def _advance_in(services: Services, book: Book, intent_id: str) -> Payment | None:
    """Advance the purchase, which is in *book* as long as it is open. Returns its payment if that was read last."""
    account, intent = book.terms.account, book.intents.get(intent_id)
    if intent is None or not intent.is_open:
        return None
    is_prepaid = book.entitlements.billing is BillingState.PREPAID
    if is_abandoned(intent, now=services.clock.now()) or not is_prepaid:
        await cancel_open_purchase(services, account, intent)
        return None
    try:
        return await _advance(services, book, intent)
    except PaymentRefusedError as refusal:
        await decline_uncharged(services, account, intent, Decline(refusal.code))
        return None


async def _advance(services: Services, book: Book, intent: Intent) -> Payment | None:
    account = book.terms.account
    payment: Payment | None = None
    if not intent.payment:
        with_payment = await _with_payment(services, book, intent)
        if with_payment is None:
            return None
        intent, payment = with_payment
    payment = payment or await services.payments.retrieve(PaymentId(intent.payment))
    if payment is not None and payment.state is PaymentState.UNCONFIRMED:
        is_stored = bool(intent.keeps) or any(card.id == intent.card for card in book.settings.cards)
        refusal = await _confirm(services, intent, payment, is_for_later=is_stored)
        if refusal is not None:
            await end_declined(services, account, intent.id, PaymentId(intent.payment), refusal)
            return None
    return await settle_payment(services, PaymentId(intent.payment))


async def _with_payment(services: Services, book: Book, intent: Intent) -> tuple[Intent, Payment | None] | None:
    """Create the unconfirmed payment and commit its id before money can move. Returns the purchase with the payment
    that was committed first; None when it was cancelled meanwhile: then nothing may be charged.

    The payment is returned too if this run committed it: nobody has confirmed it before, because its id was nowhere.
    One that another run committed may have been confirmed, so its state must be read.
    """
    terms = book.terms
    customer = await open_customer(services, book)
    attached = await attach_card(services, book, intent, customer)
    if isinstance(attached, Decline):
        await decline_uncharged(services, terms.account, intent, attached)
        return None
    metadata = payment_metadata(terms.account, PURCHASE, intent.id, services.rules.deployment)
    order = PaymentOrder(Money(intent.amount, terms.currency), customer, metadata)
    key = hourly(terms.account, terms.epoch, intent.id, services.rules.deployment, now=services.clock.now())
    payment = await services.payments.create(order, key)

    def decide(current: Book, now: datetime) -> Change | None:
        found = current.intents.get(intent.id)
        if found is None or found.payment:
            return None
        card = attached.id if attached else found.card
        return Change(intents=(replace(found, payment=payment.id, card=card, keeps=attached, touched_at=now),))

    answer = await services.ledger.post(terms.account, Decision(decide))
    assert isinstance(answer, Posted | Unchanged)
    committed = answer.book.intents.get(intent.id)
    if committed is None or not committed.is_open:
        return None
    return committed, payment if isinstance(answer, Posted) else None


async def _confirm(services: Services, intent: Intent, payment: Payment, *, is_for_later: bool) -> Decline | None:
    """Charge the card. One that is or will be stored is set up for charges without its holder by the same payment."""
    confirmation = Confirmation(
        payment.id, CardId(intent.card), Presence.BUYER_PRESENT, intent.return_url or None, is_for_later
    )
    key = hourly(payment.id, "1", intent.card, now=services.clock.now())
    return await services.payments.confirm(confirmation, key)
