"""R12: a finished call is booked in full; lots are spent to exactly zero, the rest is overdraft."""

from dataclasses import replace

import pytest

from shared.ledger.apply import apply
from shared.ledger.balance import balance, held, remaining, spendable
from shared.ledger.book import Funding
from shared.ledger.change import MovementKind
from shared.ledger.debit import debit
from shared.ledger.expire import lapse
from tests.rules.books import DAY, GRACE, GRACE_OVER, INSTANT, NOON, book, charge, entries, left, lot


@pytest.mark.parametrize(
    ("lots", "amount", "taken", "after", "overdraft"),
    [
        ([lot("A", 100)], 1, [("A", "usage", 1)], {"A": 99}, 0),
        ([lot("A", 100)], 99, [("A", "usage", 99)], {"A": 1}, 0),
        ([lot("A", 100)], 100, [("A", "usage", 100)], {}, 0),  # to exactly zero
        ([lot("A", 100)], 101, [("A", "usage", 100), ("overdraft", "usage", 1)], {}, 1),
        ([], 7, [("overdraft", "usage", 7)], {}, 7),
        ([lot("A", 100)], 0, [], {"A": 100}, 0),  # a free call takes nothing
        ([], 0, [], {}, 0),
        (
            [lot("A", 10), lot("B", 20), lot("C", 30)],
            35,
            [("A", "usage", 10), ("B", "usage", 20), ("C", "usage", 5)],
            {"C": 25},
            0,
        ),
        ([lot("A", 100, pinned=60), lot("B", 50)], 70, [("A", "usage", 40), ("B", "usage", 30)], {"A": 60, "B": 20}, 0),
        ([lot("A", 100, pinned=100)], 5, [("overdraft", "usage", 5)], {"A": 100}, 5),  # held for another call
        (
            [lot("A", 30), lot("B", 30, funding=Funding.PROMOTIONAL)],
            40,
            [("B", "usage", 30), ("A", "usage", 10)],
            {"A": 20},
            0,
        ),
    ],
)
def test_a_call_is_booked_in_full_from_lots_in_their_order_and_then_from_overdraft(
    lots, amount, taken, after, overdraft
):
    before = book(*lots)
    change = debit(before, charge(amount))
    booked = apply(before, change)
    assert entries(change) == taken
    assert (left(booked), booked.overdraft) == (after, overdraft)
    assert sum(each for *_, each in taken) == amount


def test_overdraft_adds_up_over_calls():
    owed = book(overdraft=5)
    assert apply(owed, debit(owed, charge(3))).overdraft == 8


def test_a_free_call_is_a_movement():
    [movement] = debit(book(), charge(0)).movements
    assert (movement.kind, movement.entries) == (MovementKind.DEBIT, ())


def test_a_debit_contains_its_call_and_the_explanation_of_its_price():
    call = replace(charge(5), user="u", digits="23", explanation={"prefix": "44"})
    [movement] = debit(book(lot()), call).movements
    assert movement.event == call.event
    assert (movement.started_at, movement.user, movement.digits, movement.explanation) == (
        NOON,
        "u",
        "23",
        {"prefix": "44"},
    )


@pytest.mark.parametrize(
    ("began", "payer"),
    [
        (NOON - INSTANT, "old"),  # the old lot was still valid
        (NOON, "new"),  # exactly at the expiry it is not
        (NOON + INSTANT, "new"),
    ],
)
def test_a_lot_pays_for_calls_that_began_before_its_expiry(began, payer):
    lots = book(lot("new", 100), lot("old", 100, expires=NOON, purchased=NOON - 365 * DAY))
    assert entries(debit(lots, charge(10, began))) == [(payer, "usage", 10)]


def test_a_call_begun_before_expiry_and_reported_late_is_paid_from_the_expired_lot_until_it_lapses():
    lots = book(lot("old", 100, expires=NOON, purchased=NOON - 365 * DAY))
    began = NOON - INSTANT
    late = NOON + GRACE - INSTANT
    assert spendable(lots, late) == 0  # gone from what can be spent
    assert lapse(lots, GRACE, now=late).movements == ()
    assert entries(debit(lots, charge(10, began))) == [("old", "usage", 10)]
    lapsed = apply(lots, lapse(lots, GRACE, now=NOON + GRACE))
    assert entries(debit(lapsed, charge(10, began))) == [("overdraft", "usage", 10)]


def test_balance_held_and_overdraft_are_separate_amounts():
    expired = lot("old", 40, expires=NOON)
    accounts = book(expired, lot("new", 100, pinned=30), overdraft=7)
    assert (remaining(accounts), balance(accounts, NOON), spendable(accounts, NOON)) == (140, 100, 70)
    assert (held(accounts), accounts.overdraft) == (30, 7)
    assert balance(accounts, NOON - INSTANT) == 140
    assert balance(accounts, GRACE_OVER) == 0
