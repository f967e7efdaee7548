"""Settle a payment (DESIGN 4, settle). Only here does a payment become credit, after a reply, a webhook or an alarm.

The payment's state is always read from the provider. The payment's marker ensures that it is settled once.
"""

import logging
from dataclasses import replace
from datetime import datetime

from shared.kernel.ids import AccountId, PaymentId
from shared.kernel.money import Money
from shared.ledger.apply import apply
from shared.ledger.balance import balance
from shared.ledger.book import Book, Funding, LotSource, Refused
from shared.ledger.change import NOTHING, Change, EventName, LedgerBrokenError
from shared.ledger.grant import Funds, grant
from shared.ledger.intent import Intent
from shared.notices.kinds import RechargeSucceeded
from shared.notices.notify import card_shown, notice_message
from shared.ports import Decline, Payment, PaymentNews, PaymentState
from shared.posting.decision import Conflict, Decision, Posted
from shared.purchasing import purchase
from shared.recharge import slot
from shared.recharge.dunning import reason
from shared.recharge.stored_cards import authenticated, set_up
from shared.recharge.trigger import change_of_saving
from shared.service.services import Services
from shared.telemetry.instruments import RECHARGES, RECONCILIATION_DIFFERENCES
from shared.use_cases.payments.payment_owner import (
    RECHARGE,
    account_of,
    is_granted,
    is_of_this_deployment,
    payment_event,
)

log = logging.getLogger(__name__)

OTHER_MODE = "other mode"
"""The kind of difference under which such payments are counted, as in the reconciliation."""


async def settle_reported(services: Services, news: PaymentNews) -> None:
    """Settle the payment that the provider reports, unless the ledger shows that its money is a lot already: then its
    state cannot change what is booked, and is not read.
    """
    account = account_of(news.metadata)
    if account is not None and news.money is not None and await is_granted(services, account, news.payment, news.money):
        return
    await settle_payment(services, news.payment)


async def settle_payment(services: Services, payment_id: PaymentId) -> Payment | None:
    """Read the payment from the provider, book its state, and return it as it was read. Payments of other deployments
    and of the other mode are ignored.
    """
    payment = await services.payments.retrieve(payment_id)
    account = account_of(payment.metadata) if payment else None
    if payment is not None and account is not None and not is_other_mode(payment):
        await _settle(services, account, payment)
    return payment


def is_other_mode(payment: Payment) -> bool:
    """Whether *payment* is a test payment and the key is live, or the reverse. That is counted and logged."""
    if payment.is_of_other_mode:
        RECONCILIATION_DIFFERENCES.add(1, {"kind": OTHER_MODE})
        log.error("payment %s is ignored, because it is not of the mode of the key", payment.id)
    return payment.is_of_other_mode


async def _settle(services: Services, account: AccountId, payment: Payment) -> None:
    has_succeeded = payment.state is PaymentState.SUCCEEDED
    if has_succeeded and await is_granted(services, account, payment.id, payment.money):
        return
    book = await services.ledger.read(account)
    if book is None or not await is_of_this_deployment(services, book, payment):
        return
    if has_succeeded:
        await grant_payment(services, account, payment)
    elif payment.metadata["purpose"] == RECHARGE:
        await _move_slot(services, account, payment)
    else:
        await _move_purchase(services, account, payment)


async def grant_payment(services: Services, account: AccountId, payment: Payment) -> None:
    """Make a lot of the money that was taken, in every state of the account, with everything that follows, in one
    commit.

    Money in another currency than the account's does not become a lot: reconciliation reports it in the following three
    nights, for a person (R29). A payment of the other mode is never booked.
    """
    if is_other_mode(payment):
        return
    answer = await services.ledger.post(
        account, Decision(lambda book, now: _grant(book, payment, now), payment_event(payment.id, payment.money))
    )
    if isinstance(answer, Refused) and answer.code == "currency_mismatch":
        log.error("payment %s of %s brought %s %s", payment.id, account, payment.money.text, answer.detail)
        return
    if isinstance(answer, Refused | Conflict):
        raise LedgerBrokenError(f"payment {payment.id} of {account} brought money that could not be granted")
    if isinstance(answer, Posted) and payment.metadata["purpose"] == RECHARGE:
        RECHARGES.add(1, {"outcome": "succeeded"})


def _grant(book: Book, payment: Payment, now: datetime) -> Change | Refused:
    """Make the lot, and end the payment's slot or purchase. After a purchase, a declined recharge is tried again."""
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
    freed = change.then(slot.settled(book, payment.id, charged_at=funds.charged_at, now=now))
    if is_recharge:
        return freed.then(_success_notice(book, payment, freed, now))
    bought = freed.then(_purchase_succeeded(book, payment, change.result["lot"], now))
    return bought.then(slot.reset(apply(book, bought), now=now))


def _success_notice(book: Book, payment: Payment, change: Change, now: datetime) -> Change:
    after = apply(book, change)
    notice = RechargeSucceeded(
        at=now,
        amount=payment.money,
        balance=Money(balance(after, now) - after.overdraft, book.terms.currency),
        card=card_shown(book, payment.card),
    )
    return Change(outbox=(notice_message(book, notice),))


def _purchase_succeeded(book: Book, payment: Payment, lot: str, now: datetime) -> Change:
    """Move the purchase to succeeded. If it included auto-recharge, switch that on and store its card."""
    moved = purchase.moved(book, payment.metadata["reference"], PaymentState.SUCCEEDED, now=now)
    if not moved.intents:
        return NOTHING
    intent: Intent = replace(moved.intents[0], lot=lot)
    settings = authenticated(book.settings, payment.card or "")
    if intent.arms is None:
        return Change(intents=(intent,), settings=None if settings is book.settings else settings)
    settings = set_up(settings, intent.keeps) if intent.keeps else settings
    version = settings.auto_recharge_version + 1
    armed = replace(settings, auto_recharge=intent.arms, auto_recharge_version=version, resumes_with_card=False)
    saved = change_of_saving(book, intent.arms, asked_at=intent.created_at)
    return Change(intents=(intent,), settings=armed).then(saved)


async def _move_slot(services: Services, account: AccountId, payment: Payment) -> None:
    """Handle a recharge that has not succeeded. If it was cancelled, the slot is freed; if it was declined, the use
    case `recharge_account` gets a message: it finds out whether the decline is that of the current try.
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
    """The message that asks for slot *sequence* to be moved."""
    return f'{{"account":"{account}","slot":{sequence}}}'


async def _move_purchase(services: Services, account: AccountId, payment: Payment) -> None:
    """Handle a purchase that has not succeeded. A declined one is cancelled first, so that no charge can follow."""
    if payment.state is PaymentState.DECLINED and payment.decline is not None:
        await end_declined(services, account, payment.metadata["reference"], payment.id, payment.decline)
        return

    def decide(book: Book, now: datetime) -> Change | None:
        return _effective(purchase.moved(book, payment.metadata["reference"], payment.state, now=now))

    await services.ledger.post(account, Decision(decide))


async def end_declined(
    services: Services, account: AccountId, intent: str, payment: PaymentId, decline: Decline
) -> None:
    """End a purchase whose card was refused: store the reason, cancel the payment, end the purchase, in this order. If
    the payment has succeeded after all, its money becomes a lot.
    """
    code = reason(decline.code, decline.decline_code)
    await services.ledger.post(
        account, Decision(lambda book, now: _effective(purchase.refused(book, intent, code, now=now)))
    )
    await services.payments.cancel(payment)
    current = await services.payments.retrieve(payment)
    if current is not None and current.state is PaymentState.SUCCEEDED:
        await grant_payment(services, account, current)
    elif current is None or current.state is PaymentState.CANCELLED:
        end = PaymentState.CANCELLED
        await services.ledger.post(
            account, Decision(lambda book, now: _effective(purchase.moved(book, intent, end, now=now)))
        )


def _effective(change: Change) -> Change | None:
    """*change*, or None if it is empty, so that no page is written for it."""
    return None if change is NOTHING else change
