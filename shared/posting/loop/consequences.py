"""What follows from every decision, in the same commit (DESIGN 4, LOOP 5): overdraft, recharge trigger, notices."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from shared.brake.watch import watch
from shared.eligibility.eligibility import evaluate
from shared.kernel.money import Money
from shared.ledger import post_usage
from shared.ledger.apply import apply
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change, Entry, LedgerBrokenError, Movement, MovementKind, lots_of
from shared.ledger.pause import PauseReason
from shared.ledger.settle import is_unsettled, repay, settle_overdraft
from shared.ledger.slot import SlotState
from shared.notices import reviews, statements, thresholds
from shared.notices.brake_notice import BrakeCause, Braked
from shared.notices.kinds import AutoRechargeOff, OffReason
from shared.notices.low_balance import low_balance
from shared.notices.notify import notice_message
from shared.recharge import slot, trigger
from shared.recharge.rules import RechargeRules
from shared.recharge.switched_off import is_refused_last, without_card

POST_USAGE = (post_usage.evaluate, post_usage.evaluate)
"""Twice: the switch may begin and be complete in one commit."""

NOTICES = (
    thresholds.zero,
    low_balance,
    thresholds.cap,
    thresholds.paused,
    reviews.post_usage,
    reviews.plan_review,
)
"""What administrators are told of, decided on the book after everything else."""

UNDER_WAY = frozenset({SlotState.WANTED, SlotState.CHARGING, SlotState.DECLINED})
"""A recharge that may still take money."""


def with_consequences(
    book: Book, change: Change, *, now: datetime, recharge_rules: RechargeRules
) -> tuple[Change, Book]:
    """*change* with everything that follows from it, and the book after all of that."""
    after = apply(book, change)
    repaid = repay(after)
    if repaid is not NOTHING:
        change, after = change.then(repaid), apply(after, repaid)
    if entries := _settlement(book, after, change, now=now):
        change = _with_settlement(book, change, entries, now=now)
        after = apply(book, change)
    watched = _brake(book, after, change, now=now)
    if watched.brake is not None:
        change, after = change.then(watched), apply(after, watched)
    elif watched.habit is not None:  # of every charged call: what `apply` checks does not concern it
        after = replace(after, habit=watched.habit)
    recharge = partial(_recharge, recharge_rules=recharge_rules)
    for rule in (_without_card, recharge, *POST_USAGE, *NOTICES):
        more = rule(after, now=now)
        if more is not NOTHING:
            change, after = change.then(more), apply(after, more)
    told = statements.tell(book, after, change, now=now)
    return (change.then(told), apply(after, told)) if told is not NOTHING else (change, after)


def _brake(before: Book, after: Book, change: Change, *, now: datetime) -> Change:
    """What the brake does because of what *change* spends, with one notice each time it brakes (R28)."""
    watched = watch(before, after, change, now=now)
    if watched.brake is None or after.brake.has_braked:
        return watched
    currency = after.terms.currency
    causes = tuple(
        BrakeCause(each.user, each.prefix, Money(each.observed, currency), Money(each.usual, currency))
        for each in watched.brake.why
    )
    return watched.then(Change(outbox=(notice_message(after, Braked(now, causes)),)))


def _without_card(book: Book, *, now: datetime) -> Change:
    """Switch auto-recharge off in the commit in which the last card that it can charge is removed or refused (R5). The
    e-mail about the decline that refused it says so already.
    """
    off = without_card(book, now=now)
    if off is NOTHING or is_refused_last(book):
        return off
    notice = AutoRechargeOff(at=now, why=OffReason.NO_CARD)
    return off.then(Change(outbox=(notice_message(book, notice),)))


def _recharge(book: Book, *, now: datetime, recharge_rules: RechargeRules) -> Change:
    """Evaluate the trigger. A recharge under way is cancelled when the account may no longer buy credit (R15), its
    payment is disputed (R6) or the brake has braked (R28): also one that this commit begins, so that no use case can
    charge a card without the check.
    """
    is_eligible = evaluate(book.entitlements, book.terms.country, now).is_eligible
    is_disputed = book.pause.reason is PauseReason.DISPUTE
    if (is_disputed or book.brake.has_braked or not is_eligible) and book.slot.state in UNDER_WAY:
        return slot.give_up(book, book.slot.payment, now=now)
    return trigger.evaluate(book, now=now, rules=recharge_rules, is_eligible=is_eligible)


def _settlement(before: Book, after: Book, change: Change, *, now: datetime) -> tuple[Entry, ...]:
    """Entries that pay the overdraft which is left *after* the change, if there is any."""
    if not after.overdraft:
        return ()
    unpinned = {lot for key, _ in change.ended if key in before.holds for lot, _ in before.holds[key].pins}
    return settle_overdraft(after, now=now, touched=lots_of(change.movements) | unpinned)


def _with_settlement(book: Book, change: Change, entries: tuple[Entry, ...], *, now: datetime) -> Change:
    """Add the settlement *entries* to the last movement, because only a movement creates credit. A change without
    movements needs them only when it frees what holds or refunds had set aside, or what a dispute had frozen, or when
    an earlier commit could not close all the lots that it had to spend: then they become a movement without an event.
    """
    if not change.movements:
        frees = change.ended or change.refunds or change.disputed
        if not frees and not is_unsettled(book, now=now):
            raise LedgerBrokenError("there was overdraft beside free money")
        return replace(change, movements=(Movement(MovementKind.DEBIT, entries),))
    last = change.movements[-1]
    paid = replace(last, entries=last.entries + entries)
    return replace(change, movements=(*change.movements[:-1], paid))
