"""When a recharge is wanted, and its amount (R3). The trigger is a level, not an edge: at zero no more debits follow,
so that an edge would never be crossed again.
"""

from dataclasses import replace
from datetime import datetime

from shared.kernel.card_money import largest_on_card
from shared.kernel.times import next_month
from shared.ledger.balance import spendable
from shared.ledger.book import OPEN_LOTS_MAX, Book, Recharged
from shared.ledger.change import NOTHING, Change, OutboxMessage
from shared.ledger.pause import NOT_PAUSED, Pause, PauseReason
from shared.ledger.recharged import BURST_WINDOW, charges_within_the_hour, recharged_this_month
from shared.ledger.settings import AutoRecharge
from shared.ledger.slot import Slot, SlotState
from shared.recharge.rules import RechargeRules

LARGEST_CHARGE_TIMES = 5
"""The largest single charge in recharge amounts, unless the administrator sets another."""

QUEUE = "recharges"


def is_at_trigger(book: Book, auto_recharge: AutoRecharge, *, now: datetime) -> bool:
    """Whether the balance is at or below the trigger: not only below it, which satisfies both descriptions of the model
    product (R3).
    """
    return spendable(book, now) <= auto_recharge.trigger


def is_wanted(book: Book, *, now: datetime) -> bool:
    """Whether auto-recharge should charge or, if the slot is not free, continue with the slot's charge."""
    auto_recharge = book.settings.auto_recharge
    if auto_recharge is None or not _is_called_for(book, auto_recharge, now=now):
        return False
    if book.pause.reason is PauseReason.DISPUTE or book.brake.has_braked:
        return False
    return book.lots_expected(now) < OPEN_LOTS_MAX and _is_agreed(book, auto_recharge, now=now)


def _is_agreed(book: Book, auto_recharge: AutoRecharge, *, now: datetime) -> bool:
    """Whether the settings, which may have changed since the slot claimed its amount, still allow it (R3, R4), in the
    month in which the card would be charged now.
    """
    recharged = recharged_this_month(book, now=now).amount
    is_within_cap = auto_recharge.monthly_cap is None or recharged <= auto_recharge.monthly_cap
    return book.slot.state is SlotState.IDLE or (book.slot.amount <= auto_recharge.largest_charge and is_within_cap)


def _is_called_for(book: Book, auto_recharge: AutoRecharge, *, now: datetime) -> bool:
    """Whether auto-recharge is on, there is a card to charge, and the balance is at the trigger."""
    return auto_recharge.enabled and bool(book.settings.usable_cards()) and is_at_trigger(book, auto_recharge, now=now)


def evaluate(book: Book, *, now: datetime, rules: RechargeRules, is_eligible: bool) -> Change:
    """Claim the slot when it is free and a recharge is wanted: fix the amount, count it towards the cap, send one
    message. If something forbids the charge, set a pause with the reason; the pause ends when the reason no longer
    applies.

    If the largest charge prevents a charge from closing the gap, the next one follows at the earliest after the
    *rules*' pause, counted from the end of the charge: one crossing does not cause a series of charges.
    *is_eligible*: whether the account may buy credit now (R15). A pause because of a dispute ends only when the dispute
    is won or an administrator saves auto-recharge again (R6), one because of the brake when it is released (R28).
    """
    auto_recharge = book.settings.auto_recharge
    if book.slot.state is not SlotState.IDLE or book.pause.reason is PauseReason.DISPUTE:
        return NOTHING
    if book.brake.has_braked:
        return _paused(book, _pause(book, PauseReason.BRAKE, None, now=now))
    if auto_recharge is None or not _is_called_for(book, auto_recharge, now=now):
        return _paused(book, NOT_PAUSED)
    auto_recharge = within_card_limits(auto_recharge, book.terms.currency, rules)
    obstacle = _obstacle(book, auto_recharge, now=now, rules=rules, is_eligible=is_eligible)
    if obstacle is not None:
        return _paused(book, obstacle)
    recharged, gap = recharged_this_month(book, now=now), _gap(book, auto_recharge, now=now)
    amount = closing_amount(auto_recharge, gap=gap, spent=recharged.amount)
    is_too_small = _is_largest(auto_recharge, amount) and _times(auto_recharge, gap) * auto_recharge.amount > amount
    follows = _pause(book, PauseReason.LARGEST_CHARGE, None, now=now) if is_too_small else NOT_PAUSED
    return _claim(book, amount, recharged, now=now).then(_paused(book, follows))


def _obstacle(
    book: Book, auto_recharge: AutoRecharge, *, now: datetime, rules: RechargeRules, is_eligible: bool
) -> Pause | None:
    """The pause for the first reason that forbids a charge now; None when a card may be charged."""
    pause = book.pause
    if auto_recharge.largest_charge < auto_recharge.amount:
        return _pause(book, PauseReason.LARGEST_CHARGE, None, now=now)
    if pause.reason is PauseReason.LARGEST_CHARGE and (pause.until is None or now < pause.until):
        # Checked before other reasons: a pause for another reason would overwrite the time of the last charge.
        return replace(pause, until=pause.until or now + rules.largest_charge_pause)
    if not is_eligible or book.lots_expected(now) >= OPEN_LOTS_MAX:
        reason = PauseReason.TOO_MANY_LOTS if is_eligible else PauseReason.NOT_ELIGIBLE
        return _pause(book, reason, None, now=now)
    recent = charges_within_the_hour(book, now=now)
    if len(recent) >= rules.burst_max:
        return _pause(book, PauseReason.BURST, recent[-rules.burst_max] + BURST_WINDOW, now=now)
    recharged, gap = recharged_this_month(book, now=now), _gap(book, auto_recharge, now=now)
    if closing_amount(auto_recharge, gap=gap, spent=recharged.amount) == 0:
        return _pause(book, PauseReason.CAP, next_month(now), now=now)
    return None


def _gap(book: Book, auto_recharge: AutoRecharge, *, now: datetime) -> int:
    return auto_recharge.trigger - spendable(book, now) + book.overdraft


def within_card_limits(auto_recharge: AutoRecharge, currency: str, rules: RechargeRules) -> AutoRecharge:
    """The settings with a largest charge that a card can be charged at once. Settings of 0.1.0 may exceed that."""
    most = largest_on_card(currency, rules.largest)
    return replace(auto_recharge, largest_charge=min(auto_recharge.largest_charge, most))


def _claim(book: Book, amount: int, recharged: Recharged, *, now: datetime) -> Change:
    sequence = book.slot.sequence + 1
    return Change(
        slot=Slot(SlotState.WANTED, sequence, amount, since=now),
        recharged=replace(recharged, amount=recharged.amount + amount),
        outbox=(slot_message(book, sequence),),
    )


def _pause(book: Book, reason: PauseReason, until: datetime | None, *, now: datetime) -> Pause:
    """A pause for *reason*. If it has begun already, it continues, and administrators are not notified again."""
    current = book.pause if book.pause.reason is reason else Pause(reason, now)
    return replace(current, until=until)


def pause_after_change(book: Book, auto_recharge: AutoRecharge, *, asked_at: datetime) -> Pause | None:
    """The pause to set when an administrator has saved *auto_recharge* at *asked_at*. Other figures end the pause: they
    are evaluated in the same commit. None when the figures are the same: the pause continues. One because of a dispute
    ends with every saving that came after it, and with no earlier one. One because of the brake ends with its release.
    """
    before, pause = book.settings.auto_recharge, book.pause
    if pause.reason is PauseReason.BRAKE:
        return None
    if pause.reason is PauseReason.DISPUTE:
        return NOT_PAUSED if pause.since is None or asked_at >= pause.since else None
    is_same = before is not None and replace(before, enabled=auto_recharge.enabled) == auto_recharge
    return None if is_same else NOT_PAUSED


def change_of_saving(book: Book, auto_recharge: AutoRecharge, *, asked_at: datetime) -> Change:
    """What saving *auto_recharge* changes besides the settings. Other figures end a pause: they are evaluated in the
    same commit. A stop after a burst ends when an administrator saves the settings, even unchanged ones: somebody has
    seen it.
    """
    if book.pause.reason is PauseReason.BURST and auto_recharge.enabled:
        return Change(pause=NOT_PAUSED, recharged=replace(book.recharged, recent=()))
    return Change(pause=pause_after_change(book, auto_recharge, asked_at=asked_at))


def _paused(book: Book, pause: Pause) -> Change:
    return NOTHING if pause == book.pause else Change(pause=pause)


def slot_message(book: Book, sequence: int) -> OutboxMessage:
    """The message that asks for slot *sequence* to be moved."""
    return OutboxMessage(QUEUE, {"account": book.terms.account, "slot": sequence})


def closing_amount(auto_recharge: AutoRecharge, *, gap: int, spent: int) -> int:
    """The smallest multiple of the amount that brings the balance above the trigger, within the largest charge and the
    cap. Zero when one amount would exceed the month's cap.

    *gap* is trigger - spendable + overdraft.
    """
    largest = auto_recharge.largest_charge
    if auto_recharge.monthly_cap is not None:
        largest = min(largest, auto_recharge.monthly_cap - spent)
    return auto_recharge.amount * max(0, min(_times(auto_recharge, gap), largest // auto_recharge.amount))


def _is_largest(auto_recharge: AutoRecharge, amount: int) -> bool:
    """Whether *amount* is the most that the largest charge allows. If not, the month's cap limited it."""
    return amount == auto_recharge.amount * (auto_recharge.largest_charge // auto_recharge.amount)


def _times(auto_recharge: AutoRecharge, gap: int) -> int:
    """How many recharge amounts bring the balance above the trigger."""
    return gap // auto_recharge.amount + 1
