"""One e-mail for each crossing (R19): the notice of a zero balance waits for a pending recharge and is never lost."""

from dataclasses import replace
from typing import Any

import pytest

from shared.ledger.apply import apply
from shared.ledger.book import Recharged
from shared.ledger.change import NOTHING
from shared.ledger.pause import Pause, PauseReason
from shared.ledger.settings import AutoRecharge, Settings
from shared.ledger.slot import IDLE, Slot, SlotState
from shared.notices.thresholds import RECHARGE_AWAITED, cap, paused, zero
from tests.rules.books import HOUR, INSTANT, NOON, book, card, lot

ORDER = AutoRecharge(enabled=True, trigger=100, amount=50, largest_charge=250)
WANTED = Slot(SlotState.WANTED, 1, 50, since=NOON)
CHARGING = Slot(SlotState.CHARGING, 1, 50, "pi", 1, "visa", since=NOON)
NEXT_CARD = Slot(SlotState.DECLINED, 1, 50, "pi", 1, "visa", retry_at=NOON, since=NOON)
VISA, REFUSED = card(), card(refused=True)
DECLINED = replace(NEXT_CARD, retry_at=None)
CANCELLING = replace(CHARGING, state=SlotState.CANCELLING)


def account(*lots, slot=IDLE, cards=(VISA,), order=ORDER, **facts):
    return book(*lots, slot=slot, settings=Settings(auto_recharge=order, cards=cards), zero_notified=False, **facts)


def sent(change):
    """What the notices of *change* say about auto-recharge."""
    return [message.body["notice"]["autoRecharge"] for message in change.outbox]


@pytest.mark.parametrize("slot", [WANTED, CHARGING, NEXT_CARD], ids=lambda slot: slot.state)
def test_while_a_recharge_is_under_way_the_notice_waits(slot):
    assert zero(account(slot=slot), now=NOON) is NOTHING
    assert zero(account(slot=slot), now=NOON + RECHARGE_AWAITED - INSTANT) is NOTHING


def test_a_recharge_that_succeeds_leaves_nothing_to_notify():
    assert zero(account(lot(), slot=Slot(SlotState.IDLE, 1)), now=NOON) is NOTHING


@pytest.mark.parametrize(
    ("over", "status"),
    [
        (account(), "off"),
        (account(slot=DECLINED), "declined"),
        (account(slot=replace(DECLINED, retry_at=NOON + HOUR)), "declined"),
        (account(slot=DECLINED, cards=(REFUSED,)), "declined"),
        (account(slot=DECLINED, pause=Pause(PauseReason.LARGEST_CHARGE, NOON, told=True)), "declined"),
        (account(slot=CANCELLING), "underWay"),  # it may still succeed; another begins when it does not
        (account(slot=CANCELLING, order=replace(ORDER, enabled=False)), "off"),
        (account(pause=Pause(PauseReason.CAP, NOON)), "paused"),
    ],
)
def test_a_recharge_that_failed_or_is_paused_sends_the_notice_once(over, status):
    change = zero(over, now=NOON)
    assert sent(change) == [status]
    assert zero(apply(over, change), now=NOON) is NOTHING


@pytest.mark.parametrize("slot", [WANTED, CHARGING], ids=lambda slot: slot.state)
def test_a_recharge_without_an_outcome_for_an_hour_no_longer_defers_the_notice(slot):
    assert sent(zero(account(slot=slot), now=NOON + RECHARGE_AWAITED)) == ["underWay"]


def test_the_wait_for_the_next_card_begins_at_the_decline_and_not_at_the_declined_try():
    later = replace(NEXT_CARD, retry_at=NOON + 5 * HOUR)
    assert zero(account(slot=later), now=NOON + 5 * HOUR) is NOTHING
    assert sent(zero(account(slot=later), now=NOON + 6 * HOUR)) == ["declined"]


def test_a_recharge_of_0_1_0_with_unknown_age_defers_nothing():
    assert sent(zero(account(slot=replace(CHARGING, since=None)), now=NOON)) == ["underWay"]


def test_credit_arms_the_notice_again():
    assert zero(replace(account(lot()), zero_notified=True), now=NOON).zero_notified is False


CAPPED = replace(ORDER, monthly_cap=1_000)


def levels(over, now=NOON):
    """The levels of which the commit notifies, and the book after it."""
    change = cap(over, now=now)
    notices: list[Any] = [message.body["notice"] for message in change.outbox]
    return [notice["level"] for notice in notices], apply(over, change)


def charged(amount, notified=0, *, order=CAPPED, slot=IDLE, month="2026-03"):
    return account(order=order, slot=slot, recharged=Recharged(month, amount, notified))


@pytest.mark.parametrize(
    ("amount", "notified", "sent_level"),
    [
        (799, 0, []),
        (800, 0, [80]),
        (899, 0, [80]),
        (900, 80, [90]),
        (1_000, 90, [100]),
        (1_000, 0, [100]),  # one e-mail for one commit
        (1_200, 100, []),
        (899, 80, []),
    ],
)
def test_each_level_of_the_cap_is_notified_once(amount, notified, sent_level):
    found, after = levels(charged(amount, notified))
    assert found == sent_level
    assert levels(after) == ([], after)


def test_a_recharge_under_way_has_taken_nothing_yet():
    under_way = replace(CHARGING, amount=50)
    assert levels(charged(849, slot=under_way))[0] == []
    assert levels(charged(850, slot=under_way))[0] == [80]


def test_another_cap_is_another_crossing():
    _, after = levels(charged(800))
    raised = replace(after, settings=replace(after.settings, auto_recharge=replace(ORDER, monthly_cap=2_000)))
    found, after = levels(raised)
    assert (found, after.recharged.notified) == ([], 0)
    lowered = replace(after, settings=replace(after.settings, auto_recharge=replace(ORDER, monthly_cap=800)))
    assert levels(lowered)[0] == [100]


@pytest.mark.parametrize(("told", "sent_levels"), [(False, []), (True, [100])])
def test_the_notice_of_a_pause_because_of_the_cap_is_the_only_one_of_its_commit(told, sent_levels):
    over = replace(charged(1_000), pause=Pause(PauseReason.CAP, NOON, told=told))
    found, after = levels(over)
    assert (found, after.recharged.notified) == (sent_levels, 100)
    assert len(paused(over, now=NOON).outbox) == (0 if told else 1)


@pytest.mark.parametrize("over", [charged(900, month="2026-02"), charged(900, order=ORDER), charged(900, order=None)])
def test_another_month_and_settings_without_a_cap_notify_nothing(over):
    assert cap(over, now=NOON) is NOTHING
