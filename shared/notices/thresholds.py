"""Which crossing is told: one e-mail per crossing, never one per call (R19)."""

from dataclasses import replace
from datetime import datetime

from shared.kernel.money import Money
from shared.ledger.balance import balance, can_spend
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.pause import PauseReason
from shared.notices.kinds import AutoRechargePaused, BalanceZero
from shared.notices.notify import auto_recharge_status, tell


def zero(book: Book, *, now: datetime) -> Change:
    """Tell once that nothing is left to spend; armed again when there is credit."""
    if can_spend(book, now):
        return Change(zero_notified=False) if book.zero_notified else NOTHING
    if book.zero_notified:
        return NOTHING
    notice = BalanceZero(
        at=now, overdraft=Money(book.overdraft, book.terms.currency), auto_recharge=auto_recharge_status(book)
    )
    return Change(zero_notified=True, outbox=(tell(book, notice),))


def paused(book: Book, *, now: datetime) -> Change:
    """Tell once that auto-recharge may not charge what it takes, for as long as the reason is the same (R3)."""
    pause, order, currency = book.pause, book.settings.auto_recharge, book.terms.currency
    if pause.reason is None or pause.told or order is None:
        return NOTHING
    limits = {PauseReason.LARGEST_CHARGE: order.largest_charge, PauseReason.CAP: order.monthly_cap}
    limit = limits.get(pause.reason)
    notice = AutoRechargePaused(
        at=now,
        reason=pause.reason,
        balance=Money(balance(book, now) - book.overdraft, currency),
        limit=Money(limit, currency) if limit is not None else None,
        resumes_at=pause.until,
    )
    return Change(pause=replace(pause, told=True), outbox=(tell(book, notice),))
