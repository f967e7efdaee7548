"""What administrators are notified of when money goes back: each in the commit in which it happens (R6, R19)."""

from datetime import datetime

from shared.kernel.money import Money
from shared.ledger.apply import apply
from shared.ledger.balance import balance
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.claim import ClaimState
from shared.notices.kinds import AutoRechargeOff, Chargeback, ChargebackStage, OffReason, Refunded
from shared.notices.notice import Notice
from shared.notices.notify import notice_message
from shared.recharge.switched_off import off_at_trigger

STAGES = {
    ClaimState.OPEN: ChargebackStage.OPENED,
    ClaimState.WON: ChargebackStage.WON,
    ClaimState.LOST: ChargebackStage.LOST,
}


def with_off(book: Book, change: Change, *, now: datetime) -> Change:
    """*change*, and auto-recharge switched off if the refund leaves the balance at or below the trigger."""
    after = apply(book, change)
    off = off_at_trigger(after, now=now)
    if off is NOTHING:
        return change
    notice = AutoRechargeOff(now, OffReason.REFUND)
    return change.then(off).then(_notified(after, notice))


def with_refunded(book: Book, change: Change, amount: int, *, has_failed: bool, now: datetime) -> Change:
    """*change*, and the notice that *amount* was refunded, or that its refund has failed."""
    after = apply(book, change)
    notice = Refunded(now, Money(amount, book.terms.currency), _net(after, now), has_failed)
    return change.then(_notified(after, notice))


def with_chargeback(book: Book, change: Change, amount: int, state: ClaimState, *, now: datetime) -> Change:
    """*change*, and the notice that *amount* is disputed, or that the dispute is over."""
    after = apply(book, change)
    notice = Chargeback(now, Money(amount, book.terms.currency), _net(after, now), STAGES[state])
    return change.then(_notified(after, notice))


def _net(book: Book, now: datetime) -> Money:
    return Money(balance(book, now) - book.overdraft, book.terms.currency)


def _notified(book: Book, notice: Notice) -> Change:
    return Change(outbox=(notice_message(book, notice),))
