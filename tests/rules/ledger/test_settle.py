"""R12: overdraft is settled from free, unexpired credit, exactly to the unit."""

import pytest

from shared.ledger.settle import is_unsettled, settle_overdraft
from tests.rules.books import NOON, book, entries_of, lot


@pytest.mark.parametrize(
    ("owed", "paid"),
    [
        (0, []),
        (10, [("A", "overdraft", 10)]),  # the first lot covers it: the second is unchanged
        (11, [("A", "overdraft", 10), ("B", "overdraft", 1)]),
        (30, [("A", "overdraft", 10), ("B", "overdraft", 20)]),
        (31, [("A", "overdraft", 10), ("B", "overdraft", 20)]),
    ],
)
def test_overdraft_is_settled_lot_by_lot_until_none_is_left(owed, paid):
    before = book(lot("A", 10), lot("B", 20), overdraft=owed)
    assert entries_of(settle_overdraft(before, now=NOON, touched=())) == paid


def test_held_credit_settles_no_overdraft():
    before = book(lot("A", 10, pinned=4), overdraft=10)
    assert entries_of(settle_overdraft(before, now=NOON, touched=())) == [("A", "overdraft", 6)]


@pytest.mark.parametrize(("owed", "lots", "unsettled"), [(0, 1, False), (1, 0, False), (1, 1, True)])
def test_one_unit_of_overdraft_despite_free_credit_is_unsettled(owed, lots, unsettled):
    before = book(*[lot("A", 10)] * lots, overdraft=owed)
    assert is_unsettled(before, now=NOON) is unsettled
