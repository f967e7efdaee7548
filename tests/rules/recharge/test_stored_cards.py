"""R4, R5: stored cards after a refusal, a removal, a confirmation; warnings before they expire."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.ledger.card import Card
from shared.ledger.settings import AutoRecharge, Settings
from shared.ledger.slot import Slot, SlotState
from shared.recharge import stored_cards
from shared.recharge.expiring_cards import next_warning, warn
from shared.recharge.switched_off import without_card
from tests.rules.books import NOON, book

ON = AutoRecharge(True, 10, 50, 250)
ENDS = datetime(2027, 1, 1, tzinfo=UTC)


CARD = Card("pm_1", "visa", "4242", 2026, 12, "visa")


def card(name="pm_1", fingerprint="visa", **more):
    return replace(CARD, id=name, fingerprint=fingerprint, **more)


def charged(name, card_name=""):
    return Slot(SlotState.CHARGING, 1, card=name, card_name=card_name)


def settings(*cards, **more):
    return Settings(cards=cards, auto_recharge=ON, **more)


# --- refused, removed, confirmed


def test_every_record_of_a_refused_card_is_refused_also_one_stored_later():
    refused = stored_cards.refuse(settings(card("a"), card("b"), card("c", "other")), charged("a"))
    assert [each.refused for each in refused.cards] == [True, True, False]
    for name in "ab":
        refused = stored_cards.remove(refused, name)
    assert refused.is_refused(card("d"))
    assert refused.with_card(card("d")).cards[-1].refused
    assert not refused.is_refused(card("d", expiry_year=2027))


def test_a_card_that_was_removed_while_it_was_charged_is_refused_in_the_record_stored_since():
    refused = stored_cards.refuse(settings(card("b"), card("c", "other")), charged("a", card("a").name))
    assert [each.refused for each in refused.cards] == [True, False]
    assert stored_cards.refuse(settings(), charged("a", card("a").name)).is_refused(card("d"))


def test_the_memory_of_refused_cards_is_bounded():
    kept = settings()
    for number in range(60):
        kept = stored_cards.refuse(replace(kept, cards=(card("a", f"f{number}"),)), charged("a"))
    assert len(kept.refused_cards) == 50
    assert not kept.is_refused(card("b", "f9"))
    assert kept.is_refused(card("b", "f10"))


def test_a_card_that_needs_its_holder_comes_last_and_returns_to_its_place():
    both = settings(card("a"), card("b", "other"))
    needing = stored_cards.need_holder(both, charged("a"))
    assert [each.id for each in needing.usable_cards()] == ["b", "a"]
    assert stored_cards.authenticated(needing, "a") == both
    assert stored_cards.authenticated(both, "a") is both


def test_the_record_that_was_confirmed_takes_the_place_of_the_one_that_needs_its_holder():
    needing = settings(card("a", needs_holder=True, warned=30), card("b", "other"))
    assert stored_cards.set_up(needing, card("c")).cards == (card("c", warned=30), card("b", "other"))
    assert stored_cards.set_up(settings(card("a")), card("c")) == settings(card("a"))
    assert stored_cards.set_up(settings(card("a")), card("c", "third")).cards[-1].id == "c"


@pytest.mark.parametrize(("order", "names"), [(1, "cab"), (2, "acb"), (3, "abc"), (10, "abc")])
def test_a_card_is_put_at_a_place(order, names):
    three = settings(*(card(name, name) for name in "abc"))
    assert "".join(each.id for each in stored_cards.put_at(three, "c", order).cards) == names


def test_an_unchanged_order_and_an_unknown_card_change_nothing():
    two = settings(card("a"), card("b", "other"))
    assert stored_cards.put_at(two, "b", 2) is stored_cards.remove(two, "x") is two


def test_setups_wait_in_order_up_to_ten_and_end():
    kept = settings(card())
    for number in range(11):
        kept = stored_cards.with_setup(kept, f"seti_{number}")
    assert kept == settings(card(), setups=tuple(f"seti_{number}" for number in range(1, 11)))
    ended = stored_cards.without_setup(kept, "seti_5")
    assert ended == settings(card(), setups=tuple(f"seti_{number}" for number in range(1, 11) if number != 5))


# --- switched off


@pytest.mark.parametrize(
    ("cards", "is_on"),
    [
        ((), False),
        ((card(refused=True),), False),
        ((card(needs_holder=True),), True),
        ((card(refused=True), card("b", "other")), True),
    ],
)
def test_auto_recharge_without_a_card_that_can_be_charged_is_switched_off(cards, is_on):
    change = without_card(book(settings=settings(*cards)), now=NOON)
    assert (change.settings is None) is is_on
    if change.settings:
        assert change.settings.auto_recharge == replace(ON, enabled=False)
        assert change.settings.auto_recharge_version == 1


def test_a_recharge_under_way_is_cancelled_with_it():
    slot = Slot(SlotState.CHARGING, 7, 50, payment="pi_1", since=NOON)
    change = without_card(book(settings=settings(), slot=slot), now=NOON + timedelta(hours=1))
    assert change.slot == replace(slot, state=SlotState.CANCELLING, since=NOON + timedelta(hours=1))
    assert [message.body["slot"] for message in change.outbox] == [7]
    assert without_card(book(settings=settings()), now=NOON).slot is None


def test_auto_recharge_that_is_off_stays_as_it_is():
    off = replace(settings(), auto_recharge=replace(ON, enabled=False))
    assert without_card(book(settings=off), now=NOON).settings is None
    assert without_card(book(settings=Settings()), now=NOON).settings is None


# --- warnings


@pytest.mark.parametrize(
    ("warned", "at", "due"),
    [
        (0, ENDS - timedelta(days=60), ENDS - timedelta(days=30)),
        (30, ENDS - timedelta(days=20), ENDS - timedelta(days=7)),
        (7, ENDS - timedelta(days=1), None),
        (0, ENDS - timedelta(microseconds=1), ENDS - timedelta(days=30)),
        (0, ENDS, None),
    ],
)
def test_a_card_is_warned_of_30_and_7_days_before_its_month_ends(warned, at, due):
    assert next_warning(settings(card(warned=warned)), now=at) == due


@pytest.mark.parametrize(("before", "days"), [(30, 30), (8, 30), (7, 7), (1, 7)])
def test_a_late_warning_is_the_last_one_due_and_counts_for_the_ones_before(before, days):
    now = ENDS - timedelta(days=before)
    warned, said, change = warn(book(settings=settings(card())), now=now)
    assert (warned and warned.id, said) == ("pm_1", days)
    assert change.settings is not None
    assert change.settings.cards[0].warned == days
    assert warn(book(settings=change.settings), now=now)[0] is None


def test_no_warning_comes_a_microsecond_early():
    assert warn(book(settings=settings(card())), now=ENDS - timedelta(days=30, microseconds=1))[0] is None


@pytest.mark.parametrize(
    "quiet",
    [
        settings(card(refused=True)),
        replace(settings(card()), auto_recharge=replace(ON, enabled=False)),
        replace(settings(card()), auto_recharge=None),
    ],
)
def test_a_card_that_auto_recharge_cannot_charge_is_not_warned_of(quiet):
    assert next_warning(quiet, now=ENDS - timedelta(days=7)) is None
    assert warn(book(settings=quiet), now=ENDS - timedelta(days=7))[0] is None


def test_two_cards_are_warned_of_one_after_the_other():
    kept, names = settings(card("a"), card("b", "other")), []
    for _ in range(3):
        warned, _, change = warn(book(settings=kept), now=ENDS - timedelta(days=30))
        names.append(warned and warned.id)
        kept = change.settings or kept
    assert names == ["a", "b", None]
