"""Which threshold crossings administrators are notified of: one e-mail for each crossing, never for each call (R19).

Each rule reads the book after a decision, not the step that led to it, so no path can omit a notice.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.kernel.money import Money
from shared.kernel.times import next_month
from shared.ledger.balance import balance, has_balance
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.entitlements import BillingState
from shared.ledger.pause import PauseReason
from shared.ledger.recharged import recharged_this_month, settled_this_month
from shared.ledger.slot import SlotState
from shared.notices.kinds import AutoRechargePaused, BalanceZero, CapReached
from shared.notices.notify import auto_recharge_status, notice_message

RECHARGE_AWAITED = timedelta(hours=1)
"""How long a recharge under way defers the notice that the balance is zero, counted from its current try. Most charges
are decided within seconds; only an outage of the payment provider takes longer.
"""


def zero(book: Book, *, now: datetime) -> Change:
    """Notify once that nothing is left to spend. After new credit the next such crossing is notified again.

    While a recharge is under way the notice is deferred: the recharge may bring credit within seconds. Any commit that
    finds the recharge failed, given up, paused or without an outcome for `RECHARGE_AWAITED` sends it, if there is still
    nothing to spend. The alarm of a payment under way ensures that such a commit happens.

    Credit that open holds have set aside still counts: it is not spent. Where usage is billed after use, zero stops no
    call and is not notified.
    """
    if book.entitlements.billing is not BillingState.PREPAID:
        return NOTHING
    if has_balance(book, now):
        return Change(zero_notified=False) if book.zero_notified else NOTHING
    if book.zero_notified or is_recharge_awaited(book, now=now):
        return NOTHING
    notice = BalanceZero(
        at=now, overdraft=Money(book.overdraft, book.terms.currency), auto_recharge=auto_recharge_status(book)
    )
    # Zero is below every chosen level: an e-mail about a low balance would say less.
    told = replace(book.told, low=min(book.settings.low_balance)) if book.settings.low_balance else None
    return Change(zero_notified=True, told=told, outbox=(notice_message(book, notice),))


def is_recharge_awaited(book: Book, *, now: datetime) -> bool:
    """Whether a card is charged now or is about to be, and the outcome is not overdue. A hard decline with another card
    to charge counts as such: its retry is due at once. Slots that version 0.1.0 began have no date and defer nothing.
    """
    slot = book.slot
    if slot.state in {SlotState.WANTED, SlotState.CHARGING}:
        began = slot.since
    elif slot.state is SlotState.DECLINED:
        began = slot.retry_at if slot.retry_at is not None and slot.retry_at <= now else None
    else:
        return False
    return began is not None and now - began < RECHARGE_AWAITED


CAP_LEVELS = (100, 90, 80)
"""Percentages of the monthly cap of which administrators are notified (R4)."""


def cap(book: Book, *, now: datetime) -> Change:
    """Notify once a month that recharges have taken 80, 90 or 100 % of the monthly cap: of the highest level, in the
    commit in which it is reached (R4). A recharge under way has taken nothing yet.

    Another cap is another crossing: a lower one may be reached at once, a higher one is notified when it is reached. A
    pause because of the cap that begins in the same commit says the same, and more: then its notice is the only one.
    """
    auto_recharge = book.settings.auto_recharge
    if auto_recharge is None or auto_recharge.monthly_cap is None:
        return NOTHING
    recharged = recharged_this_month(book, now=now)
    if recharged != book.recharged:
        return NOTHING
    settled, limit = settled_this_month(book, now=now), auto_recharge.monthly_cap
    level = next((each for each in CAP_LEVELS if settled * 100 >= limit * each), 0)
    if level == recharged.notified:
        return NOTHING
    marked = Change(recharged=replace(recharged, notified=level))
    if level < recharged.notified or (book.pause.reason is PauseReason.CAP and not book.pause.told):
        return marked
    currency = book.terms.currency
    notice = CapReached(now, level, Money(settled, currency), Money(limit, currency), next_month(now))
    return marked.then(Change(outbox=(notice_message(book, notice),)))


def paused(book: Book, *, now: datetime) -> Change:
    """Notify once that auto-recharge may not charge what it takes, for as long as the reason is the same (R3)."""
    pause, auto_recharge, currency = book.pause, book.settings.auto_recharge, book.terms.currency
    if pause.reason in {None, PauseReason.BRAKE} or pause.told or auto_recharge is None:
        return NOTHING  # the brake has a notice of its own
    if pause.reason is PauseReason.DISPUTE and not auto_recharge.enabled:
        return NOTHING  # it charges nothing anyway
    limits = {PauseReason.LARGEST_CHARGE: auto_recharge.largest_charge, PauseReason.CAP: auto_recharge.monthly_cap}
    limit = limits.get(pause.reason)
    notice = AutoRechargePaused(
        at=now,
        reason=pause.reason,
        balance=Money(balance(book, now) - book.overdraft, currency),
        limit=Money(limit, currency) if limit is not None else None,
        resumes_at=pause.until,
    )
    return Change(pause=replace(pause, told=True), outbox=(notice_message(book, notice),))
