"""R2: a lot expires by computation, and is forfeited after the grace for late usage."""

import pytest

from shared.ledger.apply import apply
from shared.ledger.balance import balance, can_spend, spendable
from shared.ledger.change import MovementKind
from shared.ledger.expire import has_lapsed, lapse, next_expiry_check
from tests.rules.books import DAY, GRACE, HOUR, INSTANT, NOON, book, entries, left, lot


@pytest.mark.parametrize(
    ("at", "there"),
    [(NOON - INSTANT, 100), (NOON, 0), (NOON + INSTANT, 0)],
)
def test_a_lot_leaves_balance_and_spendable_at_its_expiry_without_a_timer(at, there):
    expiring = book(lot(expires=NOON))
    assert balance(expiring, at) == there
    assert spendable(expiring, at) == there
    assert can_spend(expiring, at) == (there > 0)


@pytest.mark.parametrize(
    ("at", "lapsed"),
    [(NOON + GRACE - INSTANT, False), (NOON + GRACE, True), (NOON + GRACE + INSTANT, True)],
)
def test_a_lot_lapses_when_its_grace_is_over(at, lapsed):
    old = lot(expires=NOON)
    assert has_lapsed(old, GRACE, now=at) is lapsed
    assert entries(lapse(book(old), GRACE, now=at)) == ([("A", "breakage", 100)] if lapsed else [])


@pytest.mark.parametrize(
    ("old", "forfeited", "after"),
    [
        (lot(remaining=1, original=100, expires=NOON), 1, {}),
        (lot(remaining=100, pinned=40, expires=NOON), 60, {"A": 40}),  # held credit is kept
        (lot(remaining=40, pinned=40, expires=NOON), 0, {"A": 40}),
    ],
)
def test_the_remaining_credit_that_is_not_held_is_forfeited(old, forfeited, after):
    before = book(old)
    change = lapse(before, GRACE, now=NOON + GRACE)
    assert sum(amount for *_, amount in entries(change)) == forfeited
    assert left(apply(before, change)) == after


def test_a_lapsed_lot_is_closed_as_lapsed():
    before = book(lot(expires=NOON))
    after = apply(before, lapse(before, GRACE, now=NOON + GRACE))
    [gone] = after.closed.values()
    assert (gone.remaining, gone.original, gone.expired) == (0, 100, 100)


def test_a_spent_lot_does_not_lapse():
    before = book(lot("spent", 0, original=100, expires=NOON))
    assert lapse(before, GRACE, now=NOON + GRACE).movements == ()


def test_lots_lapse_by_separate_movements_in_the_order_of_expiry():
    lots = (
        lot("C", 1, expires=NOON),
        lot("A", 2, expires=NOON),
        lot("B", 3, expires=NOON - DAY),
        lot("D", 4, expires=NOON + 1 * DAY),
    )
    change = lapse(book(*lots), GRACE, now=NOON + GRACE)
    assert [movement.kind for movement in change.movements] == [MovementKind.EXPIRY] * 3
    assert entries(change) == [("B", "breakage", 3), ("A", "breakage", 2), ("C", "breakage", 1)]


def test_lapsing_twice_has_the_same_effect_as_once():
    before = book(lot(expires=NOON))
    after = apply(before, lapse(before, GRACE, now=NOON + GRACE))
    assert lapse(after, GRACE, now=NOON + GRACE) == lapse(book(), GRACE, now=NOON + GRACE)


@pytest.mark.parametrize(
    ("now", "look"),
    [
        (NOON - DAY, NOON),  # first at its expiry: the balance falls, though nobody calls
        (NOON - INSTANT, NOON),
        (NOON, NOON + 3 * DAY + 14 * HOUR + 5 * HOUR / 60),  # then in the first night after its grace, at 02:05
        (NOON + GRACE, NOON + 3 * DAY + 14 * HOUR + 5 * HOUR / 60),
        (NOON + 30 * DAY, NOON + 30 * DAY),  # overdue: now
    ],
)
def test_a_lot_has_alarms_at_its_expiry_and_at_its_lapse(now, look):
    assert next_expiry_check(lot(expires=NOON), GRACE, now=now) == look
