"""R4: what a declined charge leads to, by its severity."""

from dataclasses import replace

import pytest

from shared.ledger.apply import apply
from shared.ledger.change import NOTHING
from shared.ledger.slot import Slot, SlotState
from shared.recharge.dunning import Severity
from shared.recharge.slot import begin, declined, not_created, reset
from tests.rules.books import HOUR, NOON, card, lot, the
from tests.rules.recharge.slots import CANCELLING, DECLINED, ORDER, OTHER, RUNNING, VISA, WAITING, WANTED, account


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
