"""R3: at or below the trigger auto-recharge charges once, and the charge closes the whole gap."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.apply import apply
from shared.ledger.book import OPEN_LOTS_MAX, Recharged
from shared.ledger.change import NOTHING
from shared.ledger.recharged import recharged_this_month
from shared.ledger.settings import AutoRecharge, Settings
from shared.ledger.slot import IDLE, Slot, SlotState
from shared.recharge import trigger
from shared.recharge.rules import RechargeRules
from shared.recharge.trigger import LARGEST_CHARGE_TIMES, closing_amount, is_wanted
from tests.rules.books import DAY, HOUR, INSTANT, NOON, TERMS, book, card, lot, the

ORDER = AutoRecharge(enabled=True, trigger=500, amount=100, largest_charge=100 * LARGEST_CHARGE_TIMES)
VISA = card()


def evaluate(before, *, now):
    """Evaluate the trigger as every commit does, with an hour's pause after a small charge."""
    return trigger.evaluate(before, now=now, rules=RechargeRules(HOUR), is_eligible=True)


def account(*lots, order=ORDER, cards=(VISA,), **facts):
    return book(*lots, settings=Settings(auto_recharge=order, cards=tuple(cards)), **facts)


@pytest.mark.parametrize(
    ("spendable", "charged"),
    [
        (501, None),
        (500, 100),  # at the trigger, not only below
        (499, 100),
        (401, 100),
        (400, 200),  # 100 would land on the trigger, not above it
        (399, 200),
        (0, 500),  # never above the largest charge, although 600 would close the gap
    ],
)
def test_a_recharge_is_wanted_at_or_below_the_trigger(spendable, charged):
    change = evaluate(account(lot(remaining=spendable) if spendable else lot("B", 1, pinned=1)), now=NOON)
    assert (change.slot and change.slot.amount) == charged


def test_a_recharge_is_wanted_at_zero():
    assert evaluate(account(), now=NOON).slot == Slot(SlotState.WANTED, 1, 500, since=NOON)


CLAIMED = Slot(SlotState.WANTED, 1, 500, since=NOON)


@pytest.mark.parametrize(
    ("slot", "largest", "cap", "wanted"),
    [
        (CLAIMED, 500, None, True),
        (CLAIMED, 499, None, False),
        (CLAIMED, 500, 700, True),  # what is claimed is among the 700 of this month
        (CLAIMED, 500, 699, False),
        (CLAIMED, 499, 700, False),
        (IDLE, 100, 699, True),  # nothing is claimed: a charge will be as the order allows
    ],
)
def test_a_claimed_charge_continues_while_the_order_allows_it(slot, largest, cap, wanted):
    order = replace(ORDER, largest_charge=largest, monthly_cap=cap)
    claimed = account(order=order, slot=slot, recharged=Recharged("2026-03", 700))
    assert is_wanted(claimed, now=NOON) is wanted


@pytest.mark.parametrize(("now", "wanted"), [(NOON, False), (NOON + 31 * DAY, True)])
def test_a_claimed_charge_counts_in_the_month_in_which_it_would_be_charged(now, wanted):
    """March is full since the cap was lowered; in April there is room for what March could not take."""
    order = replace(ORDER, monthly_cap=500)
    claimed = account(order=order, slot=CLAIMED, recharged=Recharged("2026-03", 1_200))
    assert is_wanted(claimed, now=now) is wanted


@pytest.mark.parametrize(
    ("lots", "wanted"),
    [
        ([lot(remaining=501)], False),
        ([lot("A", 300), lot("B", 201)], False),  # the sum of all lots
        ([lot("A", 300), lot("B", 200)], True),
        ([lot(remaining=600, pinned=99)], False),
        ([lot(remaining=600, pinned=100)], True),  # credit held by calls in progress cannot be spent
        ([lot(remaining=600, expires=NOON + INSTANT)], False),
        ([lot(remaining=600, expires=NOON)], True),  # expired at this instant, without a call
    ],
)
def test_the_trigger_is_compared_with_spendable_credit(lots, wanted):
    assert is_wanted(account(*lots), now=NOON) is wanted


@pytest.mark.parametrize(("lots", "wanted"), [(OPEN_LOTS_MAX - 1, True), (OPEN_LOTS_MAX, False)])
def test_no_recharge_begins_at_the_maximum_number_of_lots(lots, wanted):
    assert is_wanted(account(*(lot(f"L{number}", 1) for number in range(lots))), now=NOON) is wanted


@pytest.mark.parametrize(
    "idle",
    [
        account(order=None),
        account(order=replace(ORDER, enabled=False)),
        account(cards=()),
        account(cards=[card(refused=True)]),  # its bank declined it permanently
    ],
    ids=["no order", "switched off", "no card", "only a refused card"],
)
def test_no_recharge_is_wanted_without_enabled_auto_recharge_and_a_usable_card(idle):
    assert not is_wanted(idle, now=NOON)
    assert evaluate(idle, now=NOON) is NOTHING


@pytest.mark.parametrize("state", [state for state in SlotState if state is not SlotState.IDLE])
def test_only_one_recharge_at_a_time(state):
    assert evaluate(account(slot=Slot(state, 1, 100)), now=NOON) is NOTHING


def test_repeated_evaluation_of_one_crossing_leads_to_one_charge():
    before = account()
    after = apply(before, evaluate(before, now=NOON))
    assert after.slot.state is SlotState.WANTED
    assert evaluate(after, now=NOON) is NOTHING
    assert evaluate(after, now=NOON + DAY) is NOTHING


def test_the_next_recharge_has_the_next_number_after_any_outcome():
    again = account(slot=replace(IDLE, sequence=7))
    change = evaluate(again, now=NOON)
    assert the(change.slot).sequence == 8
    assert [(message.queue, message.body["slot"]) for message in change.outbox] == [("recharges", 8)]


@pytest.mark.parametrize(
    ("gap", "amount"),
    [
        (0, 100),  # exactly at the trigger: one amount lands above it
        (1, 100),
        (99, 100),
        (100, 200),  # a gap of exactly one amount: two, or the balance would be at the trigger again
        (101, 200),
        (399, 400),
        (400, 500),
        (499, 500),
        (500, 500),  # the largest single charge
        (10_000, 500),
    ],
)
def test_a_charge_is_the_smallest_multiple_that_brings_the_balance_above_the_trigger(gap, amount):
    assert closing_amount(ORDER, gap=gap, spent=0) == amount


@pytest.mark.parametrize(
    ("largest", "amount"),
    [(100, 100), (199, 100), (200, 200), (250, 200), (10_000, 1_100)],
)
def test_a_charge_never_exceeds_the_largest_charge(largest, amount):
    assert closing_amount(replace(ORDER, largest_charge=largest), gap=1_000, spent=0) == amount


@pytest.mark.parametrize(
    ("spent", "amount"),
    [
        (0, 300),
        (699, 300),
        (700, 300),
        (701, 200),
        (800, 200),
        (801, 100),
        (900, 100),
        (901, 0),  # not even one amount fits into the month
        (1_000, 0),
        (1_200, 0),  # the cap was lowered in the middle of the month
    ],
)
def test_the_monthly_cap_is_never_exceeded(spent, amount):
    assert closing_amount(replace(ORDER, monthly_cap=1_000), gap=250, spent=spent) == amount


def test_overdraft_widens_the_gap():
    owing = evaluate(account(overdraft=150, order=replace(ORDER, trigger=0)), now=NOON)
    assert the(owing.slot).amount == 200


def test_a_charge_in_progress_is_reserved_in_its_month():
    order = replace(ORDER, monthly_cap=700)
    change = evaluate(account(order=order, recharged=Recharged("2026-03", 200)), now=NOON)
    assert (the(change.slot).amount, change.recharged) == (500, Recharged("2026-03", 700))
    full = account(order=order, recharged=Recharged("2026-03", 601))
    assert evaluate(full, now=NOON).slot is None


@pytest.mark.parametrize(
    ("now", "amount"),
    [
        (NOON + 30 * DAY + 12 * HOUR - INSTANT, None),  # the last instant of March, UTC
        (NOON + 30 * DAY + 12 * HOUR, 500),
    ],
)
def test_a_new_month_has_a_new_cap(now, amount):
    full = account(order=replace(ORDER, monthly_cap=500), recharged=Recharged("2026-03", 500))
    change = evaluate(full, now=now)
    assert (change.slot and change.slot.amount) == amount
    assert amount is None or change.recharged == Recharged("2026-04", 500)


@given(
    st.integers(1, 50),
    st.integers(0, 2_000),
    st.integers(1, 2_000),
    st.one_of(st.none(), st.integers(0, 2_000)),
    st.integers(0, 2_000),
)
def test_a_charge_is_the_smallest_sufficient_one_within_the_limits(amount, gap, largest, cap, spent):
    order = AutoRecharge(enabled=True, trigger=0, amount=amount, largest_charge=largest, monthly_cap=cap)
    charged = closing_amount(order, gap=gap, spent=spent)
    room = min(largest, cap - spent if cap is not None else largest)
    assert charged % amount == 0
    assert 0 <= charged <= max(0, room)
    assert charged - amount <= gap  # one amount less would not reach above the trigger
    assert charged > gap or charged + amount > room


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles", "UTC"])
def test_a_month_is_a_month_in_utc(monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        month = recharged_this_month(book(), now=datetime(2026, 4, 1, 0, 30, tzinfo=UTC)).month
        last = recharged_this_month(book(), now=datetime(2026, 3, 31, 23, 30, tzinfo=UTC)).month
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (last, month) == ("2026-03", "2026-04")


def test_the_message_names_the_account_and_the_recharge():
    message = trigger.slot_message(book(), 7)
    assert (message.queue, dict(message.body)) == ("recharges", {"account": TERMS.account, "slot": 7})
