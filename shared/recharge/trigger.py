"""When a recharge is wanted, and how much it takes (R3). The trigger is a level, not an edge: at zero nothing is
debited any more, so nothing would ever cross an edge.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.kernel.times import next_month
from shared.ledger.balance import spendable
from shared.ledger.book import OPEN_LOTS_MAX, Book, Recharged
from shared.ledger.change import NOTHING, Change, OutboxMessage
from shared.ledger.pause import NOT_PAUSED, Pause, PauseReason
from shared.ledger.settings import AutoRecharge
from shared.ledger.slot import Slot, SlotState

LARGEST_CHARGE_TIMES = 5
"""The largest single charge, unless the administrator says otherwise, in recharge amounts."""

QUEUE = "recharges"


def is_at_trigger(book: Book, order: AutoRecharge, *, now: datetime) -> bool:
    """At or below, never only below: both sentences of the model product are satisfied (R3)."""
    return spendable(book, now) <= order.trigger


def is_wanted(book: Book, *, now: datetime) -> bool:
    """Whether auto-recharge should charge if the slot is free, or should go on with the charge that the slot has
    claimed.
    """
    order = book.settings.auto_recharge
    if order is None or not _is_called_for(book, order, now=now):
        return False
    return book.lots_expected(now) < OPEN_LOTS_MAX and _is_agreed(book, order)


def _is_agreed(book: Book, order: AutoRecharge) -> bool:
    """Whether the order, which may have changed since the slot claimed its amount, still allows it (R3, R4)."""
    is_within_cap = order.monthly_cap is None or book.recharged.amount <= order.monthly_cap
    return book.slot.state is SlotState.IDLE or (book.slot.amount <= order.largest_charge and is_within_cap)


def _is_called_for(book: Book, order: AutoRecharge, *, now: datetime) -> bool:
    """Whether it is on, with a card to charge, and the balance is at the trigger."""
    return order.enabled and bool(book.settings.usable_cards()) and is_at_trigger(book, order, now=now)


def evaluate(book: Book, *, now: datetime, largest_charge_pause: timedelta) -> Change:
    """Claim the slot when it is free and a recharge is wanted: amount frozen, cap reserved, one message to send. Where
    something forbids that, the pause says what; it ends with its reason.

    A charge that cannot close the gap because of the largest charge is followed by another after
    *largest_charge_pause* at the earliest, counted from its end: one crossing is never a row of charges.
    """
    order = book.settings.auto_recharge
    if book.slot.state is not SlotState.IDLE:
        return NOTHING
    if order is None or not _is_called_for(book, order, now=now):
        return _paused(book, NOT_PAUSED)
    pause = book.pause
    if pause.reason is PauseReason.LARGEST_CHARGE and (pause.until is None or now < pause.until):
        # Before any other reason: one that comes and goes would take the time of the last charge with it.
        return _paused(book, replace(pause, until=pause.until or now + largest_charge_pause))
    if book.lots_expected(now) >= OPEN_LOTS_MAX:
        return _paused(book, _pause(book, PauseReason.TOO_MANY_LOTS, None, now=now))
    recharged = recharged_this_month(book, now=now)
    gap = order.trigger - spendable(book, now) + book.overdraft
    amount = closing_amount(order, gap=gap, spent=recharged.amount)
    if amount == 0:
        return _paused(book, _pause(book, PauseReason.CAP, next_month(now), now=now))
    is_too_small = _is_largest(order, amount) and _times(order, gap) * order.amount > amount
    follows = _pause(book, PauseReason.LARGEST_CHARGE, None, now=now) if is_too_small else NOT_PAUSED
    return _claim(book, amount, recharged, now=now).then(_paused(book, follows))


def _claim(book: Book, amount: int, recharged: Recharged, *, now: datetime) -> Change:
    sequence = book.slot.sequence + 1
    return Change(
        slot=Slot(SlotState.WANTED, sequence, amount, since=now),
        recharged=replace(recharged, amount=recharged.amount + amount),
        outbox=(tell(book, sequence),),
    )


def _pause(book: Book, reason: PauseReason, until: datetime | None, *, now: datetime) -> Pause:
    """A pause for *reason*; one that has begun already goes on, and is not told again."""
    known = book.pause if book.pause.reason is reason else Pause(reason, now)
    return replace(known, until=until)


def pause_under(order: AutoRecharge, before: AutoRecharge | None) -> Pause | None:
    """No pause when *order* has other figures than the order *before*: they are judged anew in the same commit. None
    when the figures are the same: the pause goes on.
    """
    return None if before is not None and replace(before, enabled=order.enabled) == order else NOT_PAUSED


def _paused(book: Book, pause: Pause) -> Change:
    return NOTHING if pause == book.pause else Change(pause=pause)


def tell(book: Book, sequence: int) -> OutboxMessage:
    """The message that gets slot *sequence* moved."""
    return OutboxMessage(QUEUE, {"account": book.terms.account, "slot": sequence})


def closing_amount(order: AutoRecharge, *, gap: int, spent: int) -> int:
    """The smallest multiple of the amount that lands above the trigger, within the largest charge and the cap.

    *gap* is trigger - spendable + overdraft. Zero when the month's cap leaves no room for one amount.
    """
    largest = order.largest_charge
    if order.monthly_cap is not None:
        largest = min(largest, order.monthly_cap - spent)
    return order.amount * max(0, min(_times(order, gap), largest // order.amount))


def _is_largest(order: AutoRecharge, amount: int) -> bool:
    """Whether the largest charge allows no more; where the month's cap allows less, the cap is what is too small."""
    return amount == order.amount * (order.largest_charge // order.amount)


def _times(order: AutoRecharge, gap: int) -> int:
    """How many recharge amounts land above the trigger."""
    return gap // order.amount + 1


def recharged_this_month(book: Book, *, now: datetime) -> Recharged:
    """What recharges took, or may still take, in the calendar month of *now* (UTC, R4)."""
    month = f"{now.astimezone(UTC):%Y-%m}"
    return book.recharged if book.recharged.month == month else Recharged(month, 0)
