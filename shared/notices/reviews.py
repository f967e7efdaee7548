"""Telling of a switch to post-usage billing (R17), and asking to look at the settings again (R19)."""

from dataclasses import replace
from datetime import datetime

from shared.kernel.money import Money
from shared.kernel.times import a_month_after
from shared.ledger.balance import balance
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.ledger.entitlements import BillingState
from shared.notices.account_kinds import PostUsage, PostUsageStage, Review
from shared.notices.notify import notice_message

REVIEWS = 2
"""One month and two months after the first credit."""

_STAGE = {BillingState.DRAINING: PostUsageStage.STARTED, BillingState.ACCRUING: PostUsageStage.DONE}


def post_usage(book: Book, *, now: datetime) -> Change:
    """Tell once that the switch to post-usage billing has begun or is done. A return to prepaid credit is the
    administrators' own doing, or the end of a subscription.
    """
    billing = book.entitlements.billing
    if billing is book.told.billing:
        return NOTHING
    told = Change(told=replace(book.told, billing=billing))
    if billing not in _STAGE:
        return told
    notice = PostUsage(now, _STAGE[billing], Money(balance(book, now), book.terms.currency))
    return told.then(Change(outbox=(notice_message(book, notice),)))


def plan_review(book: Book, *, now: datetime) -> Change:
    """Once there is credit for the first time: remember when to ask. Accounts that have had credit for longer than that
    are not asked.
    """
    if book.told.reviews or book.told.review_at is not None or not book.lots:
        return NOTHING
    first = a_month_after(min(lot.purchased_at for lot in book.lots.values()))
    told = replace(book.told, review_at=first) if now < first else replace(book.told, reviews=REVIEWS)
    return Change(told=told)


def review(book: Book, *, now: datetime) -> Change:
    """Ask to look at the settings, if it is time, the account is open, and its usage is prepaid."""
    told = book.told
    if told.review_at is None or now < told.review_at:
        return NOTHING
    reviews = told.reviews + 1
    following = a_month_after(told.review_at) if reviews < REVIEWS else None
    change = Change(told=replace(told, reviews=reviews, review_at=following))
    if book.terms.closed_at is not None or book.entitlements.billing is not BillingState.PREPAID:
        return change
    auto_recharge, currency = book.settings.auto_recharge, book.terms.currency
    is_on = auto_recharge is not None and auto_recharge.enabled
    notice = Review(
        at=now,
        months=reviews,
        balance=Money(balance(book, now), currency),
        trigger=Money(auto_recharge.trigger, currency) if auto_recharge and is_on else None,
        amount=Money(auto_recharge.amount, currency) if auto_recharge and is_on else None,
    )
    return change.then(Change(outbox=(notice_message(book, notice),)))
