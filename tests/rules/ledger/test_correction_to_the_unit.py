"""R10: a correction gives back what was taken, to the unit; what it cannot put back becomes credit like any other."""

import pytest

from shared.ledger.book import Funding
from shared.ledger.reverse import correct
from tests.rules.books import DAY, GRACE, GRACE_OVER, NOON, book, booked, charge, entries, left, lot, settled

TOMORROW = NOON + DAY


def corrected(before, old, amount, *, now=TOMORROW):
    change = correct(before, old, charge(amount), GRACE, now=now)
    return change, settled(before, change, now=now)


def test_a_lapsed_lot_loses_what_came_back_and_keeps_what_its_own_lapse_will_take():
    """Its grace is over and the nightly run has not been there: the 5 that are left wait for that."""
    before = book(lot("A", 5, original=100))
    change, then = corrected(before, booked(("A", 20), ("A", 10)), 0, now=GRACE_OVER)
    assert entries(change) == [("usage", "A", 10), ("usage", "A", 20), ("A", "breakage", 30)]
    assert left(then) == {"A": 5}


@pytest.mark.parametrize(("amount", "lapsed"), [(30, []), (29, [("A", "breakage", 1)])])
def test_a_lapsed_lot_loses_exactly_what_the_new_charge_leaves(amount, lapsed):
    gone = lot("A", 0, original=100, expired=70)
    change, _ = corrected(book(closed=[gone]), booked(("A", 30)), amount, now=GRACE_OVER)
    assert entries(change) == [("usage", "A", 30), ("A", "usage", amount), *lapsed]


def test_overdraft_of_several_entries_is_given_back_as_far_as_it_is_still_owed():
    change, then = corrected(
        book(lot("B", 0, original=5), overdraft=25), booked(("overdraft", 20), ("overdraft", 10)), 0
    )
    assert entries(change) == [("usage", "overdraft", 10), ("usage", "overdraft", 15), ("usage", "B", 5)]
    assert (then.overdraft, left(then)) == (0, {"B": 5})


def test_a_lot_of_which_nothing_is_spent_any_more_takes_nothing_back():
    change, then = corrected(book(lot("A", 100)), booked(("A", 10)), 0)
    [spare] = change.opened
    assert entries(change) == [("usage", spare.id, 10)]
    assert left(then) == {"A": 100, spare.id: 10}


def test_room_for_a_single_unit_is_room():
    change, then = corrected(book(lot("B", 99, original=100)), booked(("overdraft", 1)), 0)
    assert (entries(change), left(then)) == ([("usage", "B", 1)], {"B": 100})


def test_credit_of_a_correction_is_paid_credit_of_that_moment_free_to_spend():
    change, _ = corrected(book(), booked(("overdraft", 20)), 0)
    [spare] = change.opened
    assert (spare.funding, spare.purchased_at, spare.pinned, spare.remaining) == (Funding.PAID, TOMORROW, 0, 0)
