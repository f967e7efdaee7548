"""R10: a correction refunds the exact amount; a refund that fits into no lot becomes a new lot."""

import pytest

from shared.ledger.book import Funding
from shared.ledger.reverse import correct
from tests.rules.books import DAY, GRACE, GRACE_OVER, NOON, book, booked, charge, entries, left, lot, settled

TOMORROW = NOON + DAY


def corrected(before, old, amount, *, now=TOMORROW):
    change = correct(before, old, charge(amount), GRACE, now=now)
    return change, settled(before, change, now=now)


def test_a_lapsed_lot_forfeits_a_refund_at_once_and_its_remaining_credit_at_its_lapse():
    """Its grace is over, but the nightly run has not happened: the remaining 5 lapse then."""
    before = book(lot("A", 5, original=100))
    change, then = corrected(before, booked(("A", 20), ("A", 10)), 0, now=GRACE_OVER)
    assert entries(change) == [("usage", "A", 10), ("usage", "A", 20), ("A", "breakage", 30)]
    assert left(then) == {"A": 5}


@pytest.mark.parametrize(("amount", "lapsed"), [(30, []), (29, [("A", "breakage", 1)])])
def test_a_lapsed_lot_loses_exactly_what_the_new_charge_leaves(amount, lapsed):
    gone = lot("A", 0, original=100, expired=70)
    change, _ = corrected(book(closed=[gone]), booked(("A", 30)), amount, now=GRACE_OVER)
    assert entries(change) == [("usage", "A", 30), ("A", "usage", amount), *lapsed]


def test_overdraft_of_several_entries_is_refunded_as_far_as_it_is_still_owed():
    change, then = corrected(
        book(lot("B", 0, original=5), overdraft=25), booked(("overdraft", 20), ("overdraft", 10)), 0
    )
    assert entries(change) == [("usage", "overdraft", 10), ("usage", "overdraft", 15), ("usage", "B", 5)]
    assert (then.overdraft, left(then)) == (0, {"B": 5})


def test_a_lot_without_spent_credit_gets_no_refund():
    change, then = corrected(book(lot("A", 100)), booked(("A", 10)), 0)
    [spare] = change.opened
    assert entries(change) == [("usage", spare.id, 10)]
    assert left(then) == {"A": 100, spare.id: 10}


def test_a_lot_with_one_spent_unit_gets_a_refund_of_one_unit():
    change, then = corrected(book(lot("B", 99, original=100)), booked(("overdraft", 1)), 0)
    assert (entries(change), left(then)) == ([("usage", "B", 1)], {"B": 100})


def test_the_credit_of_a_correction_is_a_spendable_paid_lot_of_that_moment():
    change, _ = corrected(book(), booked(("overdraft", 20)), 0)
    [spare] = change.opened
    assert (spare.funding, spare.purchased_at, spare.pinned, spare.remaining) == (Funding.PAID, TOMORROW, 0, 0)
