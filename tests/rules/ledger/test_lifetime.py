"""An account's life ends when nothing is left that anybody could ask for, and nothing of it counts in the next."""

from dataclasses import replace

import pytest

from shared.ledger.apply import apply
from shared.ledger.book import Book, Recharged, Refused
from shared.ledger.change import Change
from shared.ledger.intent import Intent, IntentState
from shared.ledger.lifetime import close, reopen
from shared.ledger.pause import NOT_PAUSED, Pause, PauseReason
from shared.ledger.settings import Settings
from shared.ledger.slot import IDLE, Slot, SlotState
from shared.ledger.told import NOT_TOLD, Told
from tests.rules.books import DAY, NOON, TERMS, book, card, lot

OPEN = Intent("a", IntentState.REQUIRES_ACTION, 1, "visa", NOON, NOON)
SET = Settings(
    auto_recharge_version=3,
    administrators=({"address": "ann@example.com"},),
    administrators_version=5,
    cards=(card(),),
    customer="cus_1",
    administrators_salt="salt",
)


def ended(before: Book) -> Change:
    change = close(before, now=NOON + DAY)
    assert isinstance(change, Change)
    return change


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (book(lot()), "credit"),
        (book(overdraft=1), "overdraft"),
        (book(accrued=1), "accrued usage"),
        (book(intents={"a": OPEN}), "an open purchase"),
        (book(slot=Slot(SlotState.WANTED, 1, 1)), "a recharge under way"),
        (book(lot(), overdraft=1, accrued=1), "credit, overdraft, accrued usage"),
    ],
    ids=str,
)
def test_an_account_in_which_something_is_left_stays_open_and_says_what(left, words):
    assert close(left, now=NOON) == Refused("not_empty", f"the account still has {words}")


def test_a_life_ends_now_with_everything_that_was_set_in_it():
    """The versions go on: who read in this life has read something else."""
    over = replace(OPEN, state=IntentState.CANCELLED)
    change = ended(book(closed=[lot("A", 0, original=9)], intents={"a": over}, settings=SET))
    assert change == Change(
        terms=replace(TERMS, closed_at=NOON + DAY),
        settings=Settings(auto_recharge_version=4, administrators_version=6, alerts_version=1),
    )


def test_nothing_that_was_counted_or_told_in_one_life_counts_in_the_next():
    told = Told(low=5, review_at=NOON)
    old = book(told=told, zero_notified=False, recharged=Recharged("2026-03", 700), pause=Pause(PauseReason.CAP, NOON))
    terms = replace(TERMS, epoch="another", opened_at=NOON + 2 * DAY)
    after = apply(apply(old, ended(old)), reopen(terms))
    assert after.terms == terms
    assert (after.zero_notified, after.recharged, after.pause) == (True, Recharged("", 0), NOT_PAUSED)
    assert after.told == NOT_TOLD


def test_of_two_changes_the_later_terms_stand_and_those_of_either_are_kept():
    new, newer = replace(TERMS, epoch="new"), replace(TERMS, epoch="newer")
    assert Change(terms=new).then(Change()).terms == new
    assert Change().then(Change(terms=new)).terms == new
    assert Change(terms=new).then(Change(terms=newer)).terms == newer
    assert Change().then(Change()).terms is None


def test_lots_to_come_are_counted_with_those_that_are_there():
    over = replace(OPEN, id="b", state=IntentState.CANCELLED)
    many = book(lot("A"), lot("B", expires=NOON), intents={"a": OPEN, "b": over}, slot=Slot(SlotState.WANTED, 1, 1))
    assert (many.lots_expected(NOON), many.lots_reserved(NOON)) == (2, 3)
    assert replace(many, slot=IDLE).lots_reserved(NOON) == 2


def test_a_page_keeps_no_salt_either_where_there_are_no_administrators():
    assert replace(SET, administrators=()).without_addresses().administrators_salt == ""
