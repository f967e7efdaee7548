"""R3, R4: one payment per slot for any number of tries. Transitions that are not in the table are rejected."""

from dataclasses import replace
from functools import partial

import pytest

from shared.ledger.book import Recharged
from shared.ledger.change import NOTHING
from shared.ledger.slot import IDLE, Slot, SlotState
from shared.recharge.dunning import Severity
from shared.recharge.slot import LIFECYCLE, begin, declined, ended, give_up, not_created, reset, settled
from tests.rules.books import HOUR, NOON, lot, the
from tests.rules.recharge.slots import CANCELLING, CHARGING, DECLINED, OTHER, RUNNING, VISA, WAITING, WANTED, account

EVENTS = ("wanted", "begun", "declined", "not created", "unwanted", "settled", "ended")


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (SlotState.IDLE, {"wanted": WANTED}),
        (WANTED, {"begun": CHARGING, "not created": DECLINED, "unwanted": CANCELLING}),
        (CHARGING, {"declined": DECLINED, "unwanted": CANCELLING, "settled": SlotState.IDLE, "ended": SlotState.IDLE}),
        (
            DECLINED,
            {
                "begun": CHARGING,
                "not created": DECLINED,
                "unwanted": CANCELLING,
                "settled": SlotState.IDLE,
                "ended": SlotState.IDLE,
            },
        ),
        (CANCELLING, {"settled": SlotState.IDLE, "ended": SlotState.IDLE}),
    ],
)
def test_every_transition_of_the_slot_is_tested(state, allowed):
    assert {event: LIFECYCLE[state].get(event) for event in EVENTS if event in LIFECYCLE[state]} == allowed
    assert set(LIFECYCLE) == set(SlotState)
    assert set(LIFECYCLE[state]) <= set(EVENTS)


@pytest.mark.parametrize(
    ("states", "move"),
    [
        ({SlotState.IDLE, CHARGING, CANCELLING}, lambda before: begin(before, "pi", VISA, now=NOON)),
        ({SlotState.IDLE}, lambda before: give_up(before, "pi", now=NOON)),
        (set(SlotState) - {CHARGING}, lambda before: declined(before, "why", Severity.SOFT, answered="ch_1", now=NOON)),
        (
            {WANTED},
            lambda before: settled(before, "pi", charged_at=NOON, now=NOON),
        ),  # no payment yet
        ({SlotState.IDLE, CHARGING, CANCELLING}, lambda before: not_created(before, "why", now=NOON)),
    ],
    ids=["begin", "give up", "declined", "settled", "not created"],
)
def test_a_transition_that_is_not_in_the_table_is_rejected(states, move):
    for state in states:
        with pytest.raises(KeyError):
            move(account(replace(RUNNING, state=state)))


def test_an_attempt_is_committed_with_payment_and_card_before_it_is_charged():
    slot = the(begin(account(Slot(WANTED, 3, 100, since=NOON - HOUR)), "pi", VISA, now=NOON).slot)
    assert slot == replace(RUNNING, since=NOON, card_name=VISA.name)


def test_a_retry_is_the_next_attempt_on_the_same_payment():
    slot = the(begin(account(WAITING), "pi", OTHER, now=NOON).slot)
    assert (slot.payment, slot.attempt, slot.card, slot.sequence) == ("pi", 2, "other", 3)
    assert (slot.state, slot.retry_at, slot.reason) == (CHARGING, None, "")
    assert slot.soft_declines == 2  # the schedule continues


@pytest.mark.parametrize("state", [WANTED, CHARGING, DECLINED])
def test_giving_up_cancels_the_payment_first(state):
    change = give_up(account(replace(WAITING, state=state)), "pi", now=NOON)
    assert (the(change.slot).state, the(change.slot).payment, the(change.slot).retry_at) == (CANCELLING, "pi", None)
    assert [message.body["slot"] for message in change.outbox] == [3]


def test_giving_up_twice_has_the_same_effect_as_once():
    assert give_up(account(replace(RUNNING, state=CANCELLING)), "pi", now=NOON) is NOTHING


def test_giving_up_keeps_the_known_payment():
    assert the(give_up(account(RUNNING), "", now=NOON).slot).payment == "pi"


def test_giving_up_records_the_payment_and_the_time():
    wanted = Slot(WANTED, 3, 100, since=NOON)
    slot = the(give_up(account(wanted), "pi_new", now=NOON + HOUR).slot)
    assert (slot.payment, slot.since, slot.retry_at) == ("pi_new", NOON + HOUR, None)


@pytest.mark.parametrize("state", [CHARGING, DECLINED, CANCELLING])
def test_a_settled_recharge_frees_the_slot_and_counts_in_its_month(state):
    change = settled(account(replace(RUNNING, state=state)), "pi", charged_at=NOON, now=NOON)
    assert change.slot == replace(IDLE, sequence=3)
    assert change.recharged == Recharged("2026-03", 100, recent=(NOON,))  # it counts against the cap


@pytest.mark.parametrize("state", [CHARGING, DECLINED, CANCELLING])
def test_a_cancelled_payment_frees_the_slot_and_the_months_reservation(state):
    change = ended(account(replace(RUNNING, state=state), recharged=Recharged("2026-03", 350)), "pi")
    assert change.slot == replace(IDLE, sequence=3)
    assert change.recharged == Recharged("2026-03", 250)


@pytest.mark.parametrize(("reserved", "left"), [(250, 150), (100, 0), (60, 0), (0, 0)])
def test_a_month_gets_back_at_most_what_it_had(reserved, left):
    """The month may have changed meanwhile."""
    before = account(RUNNING, recharged=Recharged("2026-03", reserved))
    assert the(ended(before, "pi").recharged).amount == left


def test_a_cancelled_recharge_has_the_time_of_its_cancellation():
    unwanted = account(WAITING, lot(remaining=501))
    dropped = the(reset(unwanted, now=NOON + HOUR).slot)
    assert (dropped.state, dropped.since, dropped.payment, dropped.retry_at) == (CANCELLING, NOON + HOUR, "pi", None)


def test_a_recharge_that_was_cancelled_before_it_had_a_payment_frees_the_slot():
    assert ended(account(Slot(CANCELLING, 3, 100)), "").slot == replace(IDLE, sequence=3)


@pytest.mark.parametrize("news", [partial(settled, charged_at=NOON, now=NOON), ended])
@pytest.mark.parametrize("slot", [RUNNING, replace(IDLE, sequence=3)])
def test_webhooks_of_other_payments_do_not_change_the_slot(news, slot):
    assert news(account(slot), "pi_another") is NOTHING
