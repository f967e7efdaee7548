"""R12: balance, held and spendable are separate amounts."""

import pytest

from shared.ledger.balance import balance, can_spend, held, remaining, spendable
from tests.rules.books import INSTANT, NOON, book, lot

EXPIRED = lot("old", 7, expires=NOON)
OPEN = lot("new", 100, pinned=30)


def test_each_amount_counts_what_its_name_says():
    before = book(EXPIRED, OPEN)
    assert (remaining(before), held(before), balance(before, NOON), spendable(before, NOON)) == (107, 30, 100, 70)
    assert balance(before, NOON - INSTANT) == 107


@pytest.mark.parametrize(
    ("lots", "able"),
    [([], False), ([EXPIRED], False), ([lot(pinned=100)], False), ([lot(pinned=99)], True), ([EXPIRED, OPEN], True)],
)
def test_credit_is_spendable_while_it_is_free_and_unexpired(lots, able):
    before = book(*lots)
    assert can_spend(before, NOON) is able
    assert (spendable(before, NOON) > 0) is able
