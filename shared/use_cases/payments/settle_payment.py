"""Settle a payment: by reply, webhook or alarm, credit is granted here alone (DESIGN 4, settle).

Only what the provider says when asked counts. The payment's marker is the memory of what was settled.
"""

import logging
from dataclasses import replace
from datetime import datetime

from shared.kernel.ids import AccountId, PaymentId
from shared.kernel.money import Money
from shared.ledger.balance import balance
from shared.ledger.book import Book, Funding, LotSource, Refused
from shared.ledger.change import NOTHING, Change, EventName, LedgerBrokenError, apply
from shared.ledger.grant import Funds, grant
from shared.ledger.intent import Intent
from shared.notices.kinds import RechargeSucceeded
from shared.notices.notify import card_shown, tell
from shared.ports import Decline, Payment, PaymentState
from shared.posting.decision import Conflict, Decision, Posted
from shared.purchasing import purchase
from shared.recharge import slot
from shared.recharge.dunning import reason
from shared.recharge.trigger import pause_after_change
from shared.service.services import Services
from shared.telemetry.instruments import RECHARGES
from shared.use_cases.payments.payment_owner import RECHARGE, account_of, is_ours, payment_event

log = logging.getLogger(__name__)


async def settle_payment(services: Services, payment_id: PaymentId) -> None:
    """Ask the provider and book what it says. Payments that are not ours are left alone."""
    payment = await services.payments.retrieve(payment_id)
    account = account_of(payment) if payment else None
    book = await services.ledger.read(account) if account else None
    if payment is None or account is None or book is None or not await is_ours(services, book, payment):
        return
    if payment.state is PaymentState.SUCCEEDED:
        await grant_payment(services, account, payment)
    elif payment.metadata["purpose"] == RECHARGE:
        await _move_slot(services, account, payment)
    else:
        await _move_purchase(services, account, payment)


async def grant_payment(services: Services, account: AccountId, payment: Payment) -> None:
    """Money that was taken becomes a lot in every state of the account; with it all that follows, in one commit.

    Money of another currency than the account's does not: the reconciliation of the three nights that follow names it,
    for a person (R29).
    """
    answer = await services.ledger.post(
        account, Decision(lambda book, now: _granted(book, payment, now), payment_event(payment))
    )
    if isinstance(answer, Refused) and answer.code == "currency_mismatch":
        log.error("payment %s of %s brought %s %s", payment.id, account, payment.money.text, answer.detail)
        return
    if isinstance(answer, Refused | Conflict):
        raise LedgerBrokenError(f"payment {payment.id} of {account} brought money that could not be granted")
    if isinstance(answer, Posted) and payment.metadata["purpose"] == RECHARGE:
        RECHARGES.add(1, {"outcome": "succeeded"})


def _granted(book: Book, payment: Payment, now: datetime) -> Change | Refused:
    """The lot; the slot or purchase that waited for it; for a purchase, a fresh start for auto-recharge."""
    if payment.money.currency != book.terms.currency:
        return Refused("currency_mismatch", f"{payment.money.currency}, and the account is in {book.terms.currency}")
    is_recharge = payment.metadata["purpose"] == RECHARGE
    funds = Funds(
        amount=payment.money.micros,
        source=LotSource.RECHARGE if is_recharge else LotSource.PURCHASE,
        funding=Funding.PAID,
        origin=EventName("payment", payment.id),
        charged_at=payment.charged_at or now,
    )
    change = grant(book, funds, now=now)
    freed = change.then(slot.settled(book, payment.id))
    if is_recharge:
        return freed.then(_told(book, payment, freed, now))
    bought = freed.then(_bought(book, payment, change.result["lot"], now))
    return bought.then(slot.reset(apply(book, bought), now=now))


def _told(book: Book, payment: Payment, change: Change, now: datetime) -> Change:
    after = apply(book, change)
    notice = RechargeSucceeded(
        at=now,
        amount=payment.money,
        balance=Money(balance(after, now) - after.overdraft, book.terms.currency),
        card=card_shown(book, payment.card),
    )
    return Change(outbox=(tell(book, notice),))


def _bought(book: Book, payment: Payment, lot: str, now: datetime) -> Change:
    """The purchase has succeeded; auto-recharge that was offered with it is switched on, with its card."""
    moved = purchase.moved(book, payment.metadata["reference"], PaymentState.SUCCEEDED, now=now)
    if not moved.intents:
        return NOTHING
    intent: Intent = replace(moved.intents[0], lot=lot)
    if intent.arms is None:
        return Change(intents=(intent,))
    settings = book.settings.with_card(intent.keeps) if intent.keeps else book.settings
    version = settings.auto_recharge_version + 1
    armed = replace(settings, auto_recharge=intent.arms, auto_recharge_version=version)
    return Change(intents=(intent,), settings=armed, pause=pause_after_change(intent.arms, settings.auto_recharge))


async def _move_slot(services: Services, account: AccountId, payment: Payment) -> None:
    """A recharge that has not succeeded: freed when it was cancelled, else moved by the slot's own verb, which knows
    whether the decline belongs to the try that is under way.
    """
    if payment.state is PaymentState.CANCELLED:
        ending = Decision(lambda book, _now: _effective(slot.ended(book, payment.id)))
        if isinstance(await services.ledger.post(account, ending), Posted):
            RECHARGES.add(1, {"outcome": "cancelled"})
    elif payment.state is PaymentState.DECLINED:
        book = await services.book(account)
        if book.slot.payment == payment.id:
            await services.queues.send("recharges", slot_message(account, book.slot.sequence))


def slot_message(account: AccountId, sequence: int) -> str:
    """The message that gets a slot moved."""
    return f'{{"account":"{account}","slot":{sequence}}}'


async def _move_purchase(services: Services, account: AccountId, payment: Payment) -> None:
    """A purchase that has not succeeded. A declined one is cancelled first, so that no charge can follow its end."""
    if payment.state is PaymentState.DECLINED and payment.decline is not None:
        await end_declined(services, account, payment.metadata["reference"], payment.id, payment.decline)
        return

    def decide(book: Book, now: datetime) -> Change | None:
        return _effective(purchase.moved(book, payment.metadata["reference"], payment.state, now=now))

    await services.ledger.post(account, Decision(decide))


async def end_declined(
    services: Services, account: AccountId, intent: str, payment: PaymentId, decline: Decline
) -> None:
    """End a purchase whose card was refused: the reason, the payment, the purchase, in this order. Should the payment
    have succeeded after all, the money becomes a lot.
    """
    why = reason(decline.code, decline.decline_code)
    await services.ledger.post(
        account, Decision(lambda book, now: _effective(purchase.refused(book, intent, why, now=now)))
    )
    await services.payments.cancel(payment)
    now_stands = await services.payments.retrieve(payment)
    if now_stands is not None and now_stands.state is PaymentState.SUCCEEDED:
        await grant_payment(services, account, now_stands)
    elif now_stands is None or now_stands.state is PaymentState.CANCELLED:
        end = PaymentState.CANCELLED
        await services.ledger.post(
            account, Decision(lambda book, now: _effective(purchase.moved(book, intent, end, now=now)))
        )


def _effective(change: Change) -> Change | None:
    """None for a change that changes nothing: no page is written for it."""
    return None if change is NOTHING else change
