"""R3: the reason why auto-recharge does not charge is shown, and one crossing never causes a series of charges."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.ledger.apply import apply
from shared.ledger.book import OPEN_LOTS_MAX, Recharged
from shared.ledger.change import NOTHING
from shared.ledger.intent import Intent, IntentState
from shared.ledger.pause import NOT_PAUSED, Pause, PauseReason
from shared.ledger.settings import AutoRecharge, Settings
from shared.ledger.slot import IDLE, Slot, SlotState
from shared.recharge import trigger
from shared.recharge.rules import BURST_MAX, RechargeRules
from tests.rules.books import DAY, HOUR, INSTANT, NOON, book, card, lot, the

ORDER = AutoRecharge(enabled=True, trigger=100, amount=50, largest_charge=50)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


def account(*lots, order=ORDER, **facts):
    return book(*lots, settings=Settings(auto_recharge=order, cards=(card(),)), **facts)


def evaluated(before, *, now=NOON, is_eligible=True):
    """The book after the evaluation of the trigger in a commit, with an hour's pause after a small charge."""
    return apply(before, trigger.evaluate(before, now=now, rules=RechargeRules(HOUR), is_eligible=is_eligible))


def freed(before):
    """The book after a charge of fifty has been settled."""
    return replace(before, slot=Slot(SlotState.IDLE, before.slot.sequence), overdraft=max(0, before.overdraft - 50))


def test_after_a_charge_below_the_gap_the_next_one_waits_an_hour():
    crossed = evaluated(account(overdraft=500))
    assert (crossed.slot.state, crossed.slot.amount) == (SlotState.WANTED, 50)
    assert crossed.pause == Pause(PauseReason.LARGEST_CHARGE, NOON)
    ended = NOON + 20 * INSTANT
    settled = evaluated(freed(crossed), now=ended)
    assert settled.slot.state is SlotState.IDLE
    assert settled.pause == Pause(PauseReason.LARGEST_CHARGE, NOON, until=ended + HOUR)
    assert evaluated(settled, now=ended + HOUR - INSTANT) == settled
    again = evaluated(settled, now=ended + HOUR)
    assert (again.slot.state, again.slot.sequence) == (SlotState.WANTED, 2)
    assert again.pause == Pause(PauseReason.LARGEST_CHARGE, NOON)  # it continues, and was notified


def test_the_hour_after_a_small_charge_continues_after_a_time_with_too_many_lots():
    paused = Pause(PauseReason.LARGEST_CHARGE, NOON, until=NOON + HOUR, told=True)
    crowded = account(*(lot(f"L{number}", 1) for number in range(OPEN_LOTS_MAX)), pause=paused)
    assert evaluated(crowded) == crowded
    assert evaluated(crowded, now=NOON + HOUR).pause == Pause(PauseReason.TOO_MANY_LOTS, NOON + HOUR)


@pytest.mark.parametrize(("largest", "charged"), [(250, 250), (270, 250), (299, 250), (1_000, 650)])
def test_a_charge_is_too_small_when_the_largest_charge_allows_no_further_amount(largest, charged):
    """The gap is 600: 650 land above the trigger."""
    crossed = evaluated(account(overdraft=500, order=replace(ORDER, largest_charge=largest)))
    assert crossed.slot.amount == charged
    assert crossed.pause.reason == (PauseReason.LARGEST_CHARGE if charged < 600 else NOT_PAUSED.reason)


@pytest.mark.parametrize(
    ("before", "order", "pause"),
    [
        (None, ORDER, NOT_PAUSED),
        (ORDER, ORDER, None),
        (replace(ORDER, enabled=False), ORDER, None),
        (ORDER, replace(ORDER, enabled=False), None),
        (ORDER, replace(ORDER, largest_charge=100), NOT_PAUSED),
        (replace(ORDER, enabled=False), replace(ORDER, trigger=99), NOT_PAUSED),
    ],
)
def test_an_order_with_other_amounts_is_evaluated_again_and_one_with_the_same_is_not(before, order, pause):
    assert trigger.pause_after_change(account(order=before), order, asked_at=NOON) == pause


@pytest.mark.parametrize(("asked_at", "pause"), [(NOON, NOT_PAUSED), (NOON - INSTANT, None)])
def test_a_pause_because_of_a_dispute_ends_with_any_later_saving(asked_at, pause):
    disputed = Pause(PauseReason.DISPUTE, NOON, causes=("dp",))
    assert trigger.pause_after_change(account(pause=disputed), ORDER, asked_at=asked_at) == pause


def test_a_dispute_pauses_the_recharge_that_would_follow_it():
    disputed = account(overdraft=500, pause=Pause(PauseReason.DISPUTE, NOON, causes=("dp",)))
    assert evaluated(disputed) == disputed
    assert not trigger.is_wanted(disputed, now=NOON)


def test_the_charge_that_closes_the_gap_ends_the_pause():
    paused = Pause(PauseReason.LARGEST_CHARGE, NOON, until=NOON, told=True)
    last = evaluated(account(lot(remaining=51), pause=paused))
    assert (last.slot.amount, last.pause) == (50, NOT_PAUSED)


@pytest.mark.parametrize(
    "over",
    [
        account(lot(remaining=101)),  # other funds were added
        account(order=replace(ORDER, enabled=False)),
        account(order=None),
        replace(account(), settings=Settings(auto_recharge=ORDER)),  # no card
    ],
    ids=["above the trigger", "switched off", "no order", "no card"],
)
@pytest.mark.parametrize("reason", sorted(set(PauseReason) - {PauseReason.DISPUTE}))
def test_a_pause_ends_when_no_charge_is_wanted(over, reason):
    assert evaluated(replace(over, pause=Pause(reason, NOON, told=True))).pause is NOT_PAUSED


def test_a_pause_does_not_change_during_a_charge():
    charging = account(slot=Slot(SlotState.CHARGING, 1, 50, "pi"), pause=Pause(PauseReason.LARGEST_CHARGE, NOON))
    assert trigger.evaluate(charging, now=NOON + DAY, rules=RechargeRules(HOUR), is_eligible=True) is NOTHING


@pytest.mark.parametrize("slot", [IDLE, Slot(SlotState.IDLE, 7)])
@pytest.mark.parametrize(("lots", "purchases"), [(OPEN_LOTS_MAX, 0), (OPEN_LOTS_MAX - 3, 3), (OPEN_LOTS_MAX + 16, 0)])
def test_an_account_with_the_maximum_number_of_lots_is_paused_with_that_reason(slot, lots, purchases):
    intents = {str(n): Intent(str(n), IntentState.PROCESSING, 50, "visa", NOON, NOON) for n in range(purchases)}
    order = replace(ORDER, largest_charge=500)
    crowded = account(*(lot(f"L{number}", 1) for number in range(lots)), order=order, slot=slot, intents=intents)
    paused = evaluated(crowded)
    assert (paused.slot, paused.pause) == (slot, Pause(PauseReason.TOO_MANY_LOTS, NOON))
    later = evaluated(paused, now=NOON + DAY)
    assert later.pause.since == NOON
    fewer = replace(later, lots=dict(list(later.lots.items())[: OPEN_LOTS_MAX - 1]), intents={})
    assert (evaluated(fewer).slot.state, evaluated(fewer).pause) == (SlotState.WANTED, NOT_PAUSED)


def test_an_exhausted_monthly_cap_pauses_until_the_next_month():
    capped = account(order=replace(ORDER, monthly_cap=120), recharged=Recharged("2026-03", 100))
    paused = evaluated(capped)
    assert (paused.slot, paused.pause) == (IDLE, Pause(PauseReason.CAP, NOON, until=APRIL))
    assert evaluated(paused, now=APRIL - INSTANT).slot is IDLE
    assert evaluated(paused, now=APRIL).slot.state is SlotState.WANTED


def charged_at(*instants):
    """Recharges of fifty at these instants."""
    return Recharged("2026-03", 50 * len(instants), recent=instants)


TEN = tuple(NOON - HOUR + number * INSTANT for number in range(1, BURST_MAX + 1))


@pytest.mark.parametrize(
    ("recent", "until"),
    [
        (TEN, TEN[0] + HOUR),
        (TEN[1:], None),
        ((NOON - HOUR, *TEN[1:]), None),  # half-open: an hour ago is no longer within the hour
        ((TEN[0], *TEN), TEN[1] - INSTANT + HOUR),
    ],
)
def test_more_than_ten_charges_within_an_hour_pause_until_fewer_remain(recent, until):
    order = replace(ORDER, largest_charge=500)
    paused = evaluated(account(order=order, recharged=charged_at(*recent)))
    assert paused.pause == (Pause(PauseReason.BURST, NOON, until=until) if until else NOT_PAUSED)
    assert (paused.slot.state is SlotState.WANTED) is (until is None)
    if until:
        assert evaluated(paused, now=until - INSTANT) == paused
        assert evaluated(paused, now=until).slot.state is SlotState.WANTED


@pytest.mark.parametrize("saved", [replace(ORDER, largest_charge=500), replace(ORDER, largest_charge=500, trigger=90)])
def test_saving_the_settings_ends_a_stop_after_a_burst(saved):
    paused = evaluated(account(order=replace(ORDER, largest_charge=500), recharged=charged_at(*TEN)))
    resumed = apply(paused, trigger.change_of_saving(paused, saved, asked_at=NOON))
    assert (resumed.recharged.amount, resumed.recharged.recent) == (500, ())
    assert evaluated(resumed).slot.state is SlotState.WANTED


def test_switching_auto_recharge_off_does_not_forget_the_charges():
    paused = evaluated(account(order=replace(ORDER, largest_charge=500), recharged=charged_at(*TEN)))
    off = replace(ORDER, largest_charge=500, enabled=False)
    assert apply(paused, trigger.change_of_saving(paused, off, asked_at=NOON)).recharged.recent == TEN


def test_raising_the_cap_ends_the_pause_at_once():
    paused = evaluated(account(order=replace(ORDER, monthly_cap=120), recharged=Recharged("2026-03", 100)))
    order = replace(ORDER, monthly_cap=500)
    raised = replace(paused, settings=replace(paused.settings, auto_recharge=order))
    assert the(evaluated(raised).slot).state is SlotState.WANTED


def test_an_account_that_may_not_buy_credit_is_paused_until_it_may():
    paused = evaluated(account(order=replace(ORDER, largest_charge=500)), is_eligible=False)
    assert (paused.slot, paused.pause) == (IDLE, Pause(PauseReason.NOT_ELIGIBLE, NOON))
    assert evaluated(paused, now=NOON + DAY, is_eligible=False) == paused
    eligible = evaluated(paused, now=NOON + DAY)
    assert (eligible.slot.state, eligible.pause) == (SlotState.WANTED, NOT_PAUSED)


def test_the_hour_after_a_small_charge_is_kept_when_the_account_may_not_buy_credit():
    paused = account(pause=Pause(PauseReason.LARGEST_CHARGE, NOON, until=NOON + HOUR, told=True))
    assert evaluated(paused, is_eligible=False) == paused
    assert evaluated(paused, now=NOON + HOUR, is_eligible=False).pause.reason is PauseReason.NOT_ELIGIBLE


def test_an_account_above_its_trigger_is_not_paused_even_if_it_may_not_buy_credit():
    assert evaluated(account(lot(remaining=101)), is_eligible=False).pause is NOT_PAUSED


def test_settings_that_no_card_can_be_charged_pause_without_an_end():
    """Settings of 0.1.0 had no largest amount."""
    million = 1_000_000 * 10**6
    beyond = account(order=replace(ORDER, amount=million, largest_charge=5 * million))
    paused = evaluated(beyond)
    assert (paused.slot, paused.pause) == (IDLE, Pause(PauseReason.LARGEST_CHARGE, NOON))
    assert evaluated(paused, now=NOON + DAY) == paused


def test_a_charge_is_never_larger_than_a_card_can_be_charged():
    beyond = account(overdraft=10**15, order=replace(ORDER, amount=400_000 * 10**6, largest_charge=10**15))
    crossed = evaluated(beyond)
    assert (crossed.slot.amount, crossed.pause.reason) == (800_000 * 10**6, PauseReason.LARGEST_CHARGE)
