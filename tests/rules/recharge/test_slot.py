"""R3, R4: one payment per slot for any number of tries. Transitions that are not in the table are rejected."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from shared.ledger.apply import apply
from shared.ledger.book import Recharged
from shared.ledger.change import NOTHING
from shared.ledger.settings import AutoRecharge, Settings
from shared.ledger.slot import IDLE, Slot, SlotState
from shared.recharge.dunning import Severity
from shared.recharge.slot import (
    FIRST_CHECK_AFTER,
    LIFECYCLE,
    begin,
    check,
    declined,
    ended,
    give_up,
    next_check,
    not_created,
    reset,
    settled,
)
from tests.rules.books import HOUR, INSTANT, NOON, book, card, lot, the

WANTED, CHARGING, DECLINED = SlotState.WANTED, SlotState.CHARGING, SlotState.DECLINED
CANCELLING = SlotState.CANCELLING
EVENTS = ("wanted", "begun", "declined", "not created", "unwanted", "settled", "ended")
VISA, OTHER = card("visa"), card("other")
ORDER = AutoRecharge(enabled=True, trigger=500, amount=100, largest_charge=500)
RUNNING = Slot(CHARGING, 3, 100, "pi", attempt=1, card="visa")
WAITING = replace(RUNNING, state=DECLINED, soft_declines=2, retry_at=NOON + HOUR, reason="lost_card")


def account(slot, *lots, cards=(VISA, OTHER), order=ORDER, recharged=None):
    settings = Settings(auto_recharge=order, cards=tuple(cards))
    return book(*lots, slot=slot, settings=settings, recharged=recharged or Recharged("2026-03", 100))


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
    assert slot == replace(RUNNING, since=NOON)


def test_a_retry_is_the_next_attempt_on_the_same_payment():
    slot = the(begin(account(WAITING), "pi", OTHER, now=NOON).slot)
    assert (slot.payment, slot.attempt, slot.card, slot.sequence) == ("pi", 2, "other", 3)
    assert (slot.state, slot.retry_at, slot.reason) == (CHARGING, None, "")
    assert slot.soft_declines == 2  # the schedule continues


def test_a_soft_decline_waits_for_its_time_and_keeps_the_card():
    change = declined(account(RUNNING), "insufficient_funds", Severity.SOFT, answered="ch_1", now=NOON)
    assert (the(change.slot).state, the(change.slot).soft_declines, the(change.slot).retry_at) == (
        DECLINED,
        1,
        NOON + HOUR,
    )
    assert (the(change.slot).reason, the(change.slot).payment) == ("insufficient_funds", "pi")
    assert (change.settings, change.outbox) == (None, ())


def test_the_whole_schedule_of_soft_declines():
    before, waits = account(RUNNING), []
    for _ in range(6):
        before = apply(before, declined(before, "insufficient_funds", Severity.SOFT, answered="ch_1", now=NOON))
        waits.append(before.slot.retry_at and (before.slot.retry_at - NOON) / HOUR)
        before = apply(before, begin(before, "pi", VISA, now=NOON))
    assert waits == [1, 6, 24, 72, None, None]


def test_creating_a_payment_is_retried_on_the_same_schedule_for_any_reason():
    before, waits = account(Slot(WANTED, 3, 100)), []
    for _ in range(5):
        before = apply(before, not_created(before, "amount_too_large", now=NOON))
        waits.append(before.slot.retry_at and (before.slot.retry_at - NOON) / HOUR)
        assert (before.slot.state, before.slot.reason, before.slot.payment) == (DECLINED, "amount_too_large", "")
    assert waits == [1, 6, 24, 72, None]
    assert [card.refused for card in before.settings.cards] == [False, False]


def test_after_a_hard_decline_the_card_is_refused_and_the_next_one_is_tried_at_once():
    change = declined(account(RUNNING), "lost_card", Severity.HARD, answered="ch_1", now=NOON)
    assert [each.refused for each in the(change.settings).cards] == [True, False]
    assert [each.id for each in the(change.settings).usable_cards()] == ["other"]
    assert (the(change.slot).retry_at, the(change.slot).soft_declines) == (NOON, 0)
    assert [message.body["slot"] for message in change.outbox] == [3]


@pytest.mark.parametrize(
    ("cards", "refused"),
    [
        ([VISA], [True]),
        ([VISA, card("again", fingerprint=VISA.fingerprint)], [True, True]),  # the same card, stored twice
        ([VISA, replace(OTHER, refused=True)], [True, True]),
    ],
)
def test_after_a_hard_decline_of_the_last_card_the_slot_waits_for_an_administrator(cards, refused):
    change = declined(account(RUNNING, cards=cards), "lost_card", Severity.HARD, answered="ch_1", now=NOON)
    assert [each.refused for each in the(change.settings).cards] == refused
    assert (the(change.slot).state, the(change.slot).retry_at, change.outbox) == (DECLINED, None, ())


def test_a_replacement_with_the_same_number_and_a_new_expiry_is_another_card():
    renewed = card("renewed", fingerprint=VISA.fingerprint, year=2031)
    change = declined(account(RUNNING, cards=[VISA, renewed]), "expired_card", Severity.HARD, answered="ch_1", now=NOON)
    assert [each.id for each in the(change.settings).usable_cards()] == ["renewed"]


def test_refusing_a_card_that_was_removed_during_its_charge_is_harmless():
    change = declined(account(RUNNING, cards=[OTHER]), "lost_card", Severity.HARD, answered="ch_1", now=NOON)
    assert (change.settings, the(change.slot).retry_at) == (None, NOON)


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


@pytest.mark.parametrize(
    ("lots", "cards", "order", "becomes"),
    [
        ([], [VISA], ORDER, DECLINED),  # still wanted: tried again now
        ([lot(remaining=501)], [VISA], ORDER, CANCELLING),  # the purchase lifted the balance above the trigger
        ([], [replace(VISA, refused=True)], ORDER, CANCELLING),
        ([], [VISA], replace(ORDER, enabled=False), CANCELLING),
    ],
)
def test_a_new_card_or_a_purchase_restarts_or_ends_a_declined_recharge(lots, cards, order, becomes):
    change = reset(account(WAITING, *lots, cards=cards, order=order), now=NOON)
    assert the(change.slot).state is becomes
    assert [message.body["slot"] for message in change.outbox] == [3]
    if becomes is DECLINED:
        assert (the(change.slot).soft_declines, the(change.slot).retry_at, the(change.slot).payment) == (0, NOON, "pi")


@pytest.mark.parametrize("state", [state for state in SlotState if state is not DECLINED])
def test_only_a_declined_recharge_is_restarted(state):
    assert reset(account(replace(RUNNING, state=state)), now=NOON) is NOTHING


@pytest.mark.parametrize(
    ("slot", "at"),
    [
        (IDLE, None),
        (Slot(WANTED, 1, 100, since=NOON), NOON + FIRST_CHECK_AFTER),
        (replace(RUNNING, since=NOON), NOON + FIRST_CHECK_AFTER),  # a charge may be in progress
        (replace(RUNNING, since=NOON - HOUR), NOON + HOUR / 15),  # at 64 minutes: as long again as at 32
        (replace(RUNNING, since=NOON - 50 * HOUR), NOON + HOUR / 15),  # every hour from there on
        (replace(RUNNING, state=CANCELLING, since=NOON), NOON + FIRST_CHECK_AFTER),
        (RUNNING, NOON + FIRST_CHECK_AFTER),  # begun by 0.1.0
        (WAITING, NOON + HOUR),
        (replace(WAITING, retry_at=NOON), NOON + FIRST_CHECK_AFTER),  # due: a message is sent, and another alarm is set
        (replace(WAITING, retry_at=None), None),  # an administrator must act
    ],
)
def test_a_recharge_is_checked_without_webhooks(slot, at):
    assert next_check(slot, after=NOON) == at


@pytest.mark.parametrize(
    ("slot", "message"),
    [
        (IDLE, 0),
        (Slot(WANTED, 3, 100, since=NOON - FIRST_CHECK_AFTER), 1),
        (replace(RUNNING, since=NOON - FIRST_CHECK_AFTER), 1),
        (replace(RUNNING, since=NOON - FIRST_CHECK_AFTER + INSTANT), 0),  # not yet
        (replace(RUNNING, since=NOON - 1.5 * FIRST_CHECK_AFTER), 0),  # the check at two minutes was recent
        (replace(RUNNING, state=CANCELLING, since=NOON - 2 * FIRST_CHECK_AFTER), 1),
        (RUNNING, 1),  # begun by 0.1.0 without a time: every catch-up checks it
        (replace(WAITING, retry_at=NOON + INSTANT), 0),
        (replace(WAITING, retry_at=NOON), 1),
        (replace(WAITING, retry_at=NOON - INSTANT), 1),
        (replace(WAITING, retry_at=NOON - HOUR), 0),
        (replace(WAITING, retry_at=None), 0),
    ],
)
def test_a_catch_up_sends_a_message_for_a_recharge_whose_check_is_due(slot, message):
    looked = check(account(slot), after=NOON - timedelta(seconds=1), now=NOON)
    assert [each.body["slot"] for each in looked.outbox] == [3] * message
