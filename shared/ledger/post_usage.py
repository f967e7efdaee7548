"""Post-usage billing (R17): the switch from prepaid credit to usage that is billed after use.

The switch begins when it is requested, or by itself when auto-recharge is off. Remaining credit is used up, or lapses,
first; then usage accrues. Auto-recharge must be off meanwhile, or the balance would be refilled for ever.
"""

from dataclasses import replace
from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.change import ACCRUAL, NOTHING, OVERDRAFT, Change, Entry, Movement, MovementKind, OutboxMessage
from shared.ledger.entitlements import POST_USAGE_AGREEMENTS, BillingState
from shared.ledger.slot import SlotState

PURCHASES_QUEUE = "recharges"
"""Messages on this queue have open purchases moved: one of an account on the way to post-usage billing is cancelled."""


def has_subscription(book: Book, at: datetime) -> bool:
    """Whether a subscription is in force whose usage is billed after use."""
    return any(each.agreement in POST_USAGE_AGREEMENTS for each in book.entitlements.in_force(at))


def is_post_usage_ahead(book: Book, now: datetime) -> bool:
    """Whether such a subscription is in force or will be: then billing may change by time alone."""
    return any(
        each.agreement in POST_USAGE_AGREEMENTS and (each.until is None or each.until > now)
        for each in book.entitlements.subscriptions
    )


def begin(book: Book, *, now: datetime) -> Change:
    """Enter `draining`. Open purchases are cancelled; one that succeeds all the same is accepted."""
    entitlements = replace(book.entitlements, billing=BillingState.DRAINING, billing_since=now, stays_prepaid=False)
    purchases = sorted(name for name, intent in book.intents.items() if intent.is_open)
    return Change(
        entitlements=entitlements,
        outbox=tuple(
            OutboxMessage(PURCHASES_QUEUE, {"account": book.terms.account, "purchase": name}) for name in purchases
        ),
    )


def take_back(book: Book) -> Change:
    """Return from `draining` to prepaid credit, and stay there although auto-recharge is off, until an administrator
    switches it off once more or changes the subscriptions: an account that can buy nothing must not stay at zero.
    """
    prepaid = replace(book.entitlements, billing=BillingState.PREPAID, billing_since=None, stays_prepaid=True)
    return Change(entitlements=prepaid)


def evaluate(book: Book, *, now: datetime) -> Change:
    """The next state, if it is due: part of every commit."""
    match book.entitlements.billing:
        case BillingState.PREPAID:
            return begin(book, now=now) if _begins_by_itself(book, now) else NOTHING
        case BillingState.DRAINING if has_subscription(book, now):
            return _accrue(book, now=now) if is_drained(book, now) else NOTHING
        case BillingState.ACCRUING if has_subscription(book, now):
            return NOTHING
        case _:  # the subscription has ended
            prepaid = replace(book.entitlements, billing=BillingState.PREPAID, billing_since=None)
            return Change(entitlements=prepaid)


def is_drained(book: Book, now: datetime) -> bool:
    """Whether nothing is left that must be used first: no credit, no call in progress, no payment under way."""
    is_open = any(intent.is_open for intent in book.intents.values())
    return not (_left_to_use(book, now) or book.holds or is_open or book.slot.state is not SlotState.IDLE)


def _left_to_use(book: Book, now: datetime) -> int:
    """What is left in lots that have not expired and are not disputed: a disputed lot pays for nothing."""
    return sum(lot.remaining for lot in book.lots.values() if lot.usable_at(now) and not lot.is_disputed)


def _begins_by_itself(book: Book, now: datetime) -> bool:
    auto_recharge = book.settings.auto_recharge
    is_off = auto_recharge is None or not auto_recharge.enabled
    return is_off and not book.entitlements.stays_prepaid and has_subscription(book, now)


def _accrue(book: Book, *, now: datetime) -> Change:
    """Enter `accruing`. Overdraft is billed after use, too: no funds will settle it (R12)."""
    entitlements = replace(book.entitlements, billing=BillingState.ACCRUING, billing_since=now)
    if book.overdraft == 0:
        return Change(entitlements=entitlements)
    owed = Movement(MovementKind.ACCRUAL, (Entry(ACCRUAL, OVERDRAFT, book.overdraft),))
    return Change(movements=(owed,), entitlements=entitlements)
