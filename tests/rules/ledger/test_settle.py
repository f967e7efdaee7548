"""R12: what is overdrawn is paid from free, unexpired money, to the last unit and no further."""

import pytest

from shared.ledger.settle import is_unsettled, settle_overdraft
from tests.rules.books import NOON, book, entries_of, lot


@pytest.mark.parametrize(
    ("owed", "paid"),
    [
        (0, []),
        (10, [("A", "overdraft", 10)]),  # the first lot covers it: the second is not touched
        (11, [("A", "overdraft", 10), ("B", "overdraft", 1)]),
        (30, [("A", "overdraft", 10), ("B", "overdraft", 20)]),
        (31, [("A", "overdraft", 10), ("B", "overdraft", 20)]),
    ],
)
def test_overdraft_is_paid_lot_by_lot_until_nothing_is_owed(owed, paid):
    before = book(lot("A", 10), lot("B", 20), overdraft=owed)
    assert entries_of(settle_overdraft(before, now=NOON, touched=())) == paid


def test_what_a_hold_has_set_aside_pays_no_overdraft():
    before = book(lot("A", 10, pinned=4), overdraft=10)
    assert entries_of(settle_overdraft(before, now=NOON, touched=())) == [("A", "overdraft", 6)]


@pytest.mark.parametrize(("owed", "lots", "unsettled"), [(0, 1, False), (1, 0, False), (1, 1, True)])
def test_a_single_unit_that_is_owed_beside_free_money_is_unsettled(owed, lots, unsettled):
    before = book(*[lot("A", 10)] * lots, overdraft=owed)
    assert is_unsettled(before, now=NOON) is unsettled
