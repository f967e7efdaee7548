"""When a recharge is wanted, and how much it takes (R3). The trigger is a level, not an edge: at zero nothing is
debited any more, so nothing would ever cross an edge.
"""

from dataclasses import replace
from datetime import UTC, datetime

from shared.ledger.balance import spendable
from shared.ledger.book import OPEN_LOTS_MAX, Book, Recharged
from shared.ledger.change import NOTHING, Change, Tell
from shared.ledger.settings import AutoRecharge
from shared.ledger.slot import Slot, SlotState

LARGEST_CHARGE_TIMES = 5
"""The largest single charge, unless the administrator says otherwise, in recharge amounts."""

QUEUE = "recharges"


def is_at_trigger(book: Book, order: AutoRecharge, *, now: datetime) -> bool:
    """At or below, never only below: both sentences of the model product are satisfied (R3)."""
    return spendable(book, now) <= order.trigger


def is_wanted(book: Book, *, now: datetime) -> bool:
    """Whether the standing order should be charging, were the slot free."""
    order = book.settings.auto_recharge
    return (
        order is not None
        and order.enabled
        and bool(book.settings.usable_cards())
        and len(book.lots) < OPEN_LOTS_MAX
        and is_at_trigger(book, order, now=now)
    )


def evaluate(book: Book, *, now: datetime) -> Change:
    """Claim the slot when it is free and a recharge is wanted: amount frozen, cap reserved, one message to send."""
    order = book.settings.auto_recharge
    if order is None or book.slot.state is not SlotState.IDLE or not is_wanted(book, now=now):
        return NOTHING
    recharged = recharged_this_month(book, now=now)
    amount = closing_amount(order, gap=order.trigger - spendable(book, now) + book.overdraft, spent=recharged.amount)
    if amount == 0:
        return NOTHING
    sequence = book.slot.sequence + 1
    return Change(
        slot=Slot(SlotState.WANTED, sequence, amount),
        recharged=replace(recharged, amount=recharged.amount + amount),
        tells=(tell(book, sequence),),
    )


def tell(book: Book, sequence: int) -> Tell:
    """The message that gets slot *sequence* moved."""
    return Tell(QUEUE, {"account": book.terms.account, "slot": sequence})


def closing_amount(order: AutoRecharge, *, gap: int, spent: int) -> int:
    """The smallest multiple of the amount that lands above the trigger, within the largest charge and the cap.

    *gap* is trigger - spendable + overdraft. Zero when the month's cap leaves no room for one amount.
    """
    times = gap // order.amount + 1
    largest = order.largest_charge
    if order.monthly_cap is not None:
        largest = min(largest, order.monthly_cap - spent)
    return order.amount * max(0, min(times, largest // order.amount))


def recharged_this_month(book: Book, *, now: datetime) -> Recharged:
    """What recharges took, or may still take, in the calendar month of *now* (UTC, R4)."""
    month = f"{now.astimezone(UTC):%Y-%m}"
    return book.recharged if book.recharged.month == month else Recharged(month, 0)
