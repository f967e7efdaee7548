"""Money that left a payment again: its refunds, disputes and fraud warnings are read from the provider, and the book is
brought to that state (R6). Repeats, disorder and lost webhooks are harmless: the state is a level, not an edge.
"""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.ids import LotId, PaymentId
from shared.ledger import chargeback
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.refund import RefundState as BookedState
from shared.ports import Payment, PaymentState, ProviderRefund, RefundState
from shared.posting.decision import Decision, Posted, event
from shared.posting.journal import reads
from shared.service.services import Services
from shared.use_cases.payments.follow_dispute import Followed, follow_dispute
from shared.use_cases.payments.payment_owner import account_of, is_of_this_deployment, payment_event
from shared.use_cases.payments.settle_payment import settle_payment
from shared.use_cases.refunds.advance_refund import is_the_same
from shared.use_cases.refunds.book_refund import book_foreign_refund, book_refund
from shared.views.refunds import refunds_of

log = logging.getLogger(__name__)


class MoneyBackKind(StrEnum):
    """What was found when refunds and disputes were compared with the book."""

    BOOKED = "booked late"  # it was not in the book: it is now
    CURRENCY = "currency of a refund or dispute differs"  # it cannot be booked
    MORE_THAN_PAID = "more went back than was paid"
    CLOSED = "money went back from a closed account"  # nothing can be booked there
    RETURNED = "a refund failed after the account was closed"  # the money did not reach the card, and has no lot


@dataclass(frozen=True, slots=True)
class MoneyBackFinding:
    """One finding: its kind, and a text for people."""

    kind: MoneyBackKind
    detail: str


async def follow_money_back(services: Services, payment_id: PaymentId) -> None:
    """Read the payment with its refunds and disputes, and book them. Payments of other deployments are ignored. What
    cannot be booked is logged, and reported by every reconciliation. Raises `UnavailableError`.
    """
    payment = await services.payments.retrieve(payment_id)
    account = account_of(payment.metadata) if payment else None
    if payment is None or account is None:
        return
    await settle_payment(services, payment_id)
    book = await services.ledger.read_including_closed(account)
    if book is None or not await is_of_this_deployment(services, book, payment):
        return
    async for found in money_back(services, book, payment):
        if found.kind is not MoneyBackKind.BOOKED:
            log.error("payment %s of %s: %s: %s", payment_id, account, found.kind.value, found.detail)


async def money_back(services: Services, book: Book, payment: Payment) -> AsyncIterator[MoneyBackFinding]:
    """Bring the book to the refunds, disputes and warnings of a succeeded payment, and yield what was found: for the
    reconciliation. Nothing for a payment without a lot. Raises `UnavailableError`.
    """
    if payment.state is not PaymentState.SUCCEEDED or payment.money.currency != book.terms.currency:
        return
    settled = payment_event(payment.id, payment.money)
    marker = (await reads.markers(services.ledger.table, book.terms.account, [settled])).get(settled.key)
    if marker is None:
        return
    lot = LotId(marker.result["lot"])
    refunds = [refund async for refund in services.refunds.refunds_of(payment.id)]
    async for found in _follow_refunds(services, book, lot, refunds):
        yield found
    disputes = [dispute async for dispute in services.disputes.disputes_of(payment.id)]
    for dispute in disputes:
        if dispute.withdrawn.currency != book.terms.currency:
            detail = f"dispute {dispute.id}: {dispute.withdrawn.currency}"
            yield MoneyBackFinding(MoneyBackKind.CURRENCY, detail)
            continue
        outcome = await follow_dispute(services, book.terms.account, lot, dispute)
        if outcome is not Followed.SAME:
            kind = MoneyBackKind.BOOKED if outcome is Followed.BOOKED else MoneyBackKind.CLOSED
            yield MoneyBackFinding(kind, f"dispute {dispute.id}")
    if await _follow_warning(services, book, lot, payment.id):
        yield MoneyBackFinding(MoneyBackKind.BOOKED, "fraud warning")
    gone = sum(each.money.micros for each in refunds if each.state is not RefundState.FAILED)
    gone += sum(each.withdrawn.micros for each in disputes)
    if gone > payment.money.micros:
        detail = f"{gone} of {payment.money.micros} micro-units of {payment.money.currency}"
        yield MoneyBackFinding(MoneyBackKind.MORE_THAN_PAID, detail)


async def _follow_refunds(
    services: Services, book: Book, lot: LotId, refunds: list[ProviderRefund]
) -> AsyncIterator[MoneyBackFinding]:
    known = await refunds_of(services, book) if refunds else []
    for found in refunds:
        if found.money.currency != book.terms.currency:
            yield MoneyBackFinding(MoneyBackKind.CURRENCY, f"refund {found.id}: {found.money.currency}")
            continue
        account = book.terms.account
        ours = next((each for each in known if is_the_same(services, account, each, found)), None)
        if ours is not None:
            has_failed = found.state is RefundState.FAILED and ours.state is not BookedState.FAILED
            if has_failed and book.terms.closed_at is not None:
                yield MoneyBackFinding(MoneyBackKind.RETURNED, f"refund {found.id}: {found.money.text}")
            is_booked = await book_refund(services, account, ours, found)
        else:
            is_new = found.state is RefundState.SUCCEEDED
            if is_new and book.terms.closed_at is not None:
                yield MoneyBackFinding(MoneyBackKind.CLOSED, f"refund {found.id}")
            is_booked = is_new and await book_foreign_refund(services, account, lot, found)
        if is_booked:
            yield MoneyBackFinding(MoneyBackKind.BOOKED, f"refund {found.id}")


async def _follow_warning(services: Services, book: Book, lot: LotId, payment: PaymentId) -> bool:
    """Pause auto-recharge if the card's issuer has warned of fraud, and return whether that is new."""
    known = await reads.lot(services.ledger.table, book.terms.account, lot)
    if known is None or known.is_warned or not await services.disputes.has_fraud_warning(payment):
        return False

    def decide(current: Book, now: datetime) -> Change | None:
        found = current.lot(lot)
        change = chargeback.warn(current, found, now=now) if found else NOTHING
        return None if change is NOTHING else change

    name = event("fraud warning", book.terms.account, payment, content="")
    answer = await services.ledger.post(book.terms.account, Decision(decide, name, closed_lots=(lot,)))
    return isinstance(answer, Posted)
