"""R11: the order in which lots pay, which is total, so that all processes agree."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.book import Funding
from shared.ledger.order import consumption_key, consumption_order
from tests.rules.books import DAY, INSTANT, NOON, book, lot

PROMOTIONAL, PAID = Funding.PROMOTIONAL, Funding.PAID
SOON, LATE = NOON + 30 * DAY, NOON + 300 * DAY


def names(lots):
    return [each.id for each in lots]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # each row: the deciding property against all later ones
        (lot("b", priority=49, expires=LATE, funding=PAID, purchased=NOON + DAY), lot("a", priority=50, expires=SOON)),
        (lot("b", priority=0, expires=LATE), lot("a", priority=1, expires=SOON, funding=PROMOTIONAL)),
        (lot("b", expires=SOON, funding=PAID, purchased=NOON + DAY), lot("a", expires=SOON + INSTANT)),
        (lot("b", expires=SOON, funding=PAID), lot("a", expires=LATE, funding=PROMOTIONAL)),
        (lot("b", funding=PROMOTIONAL, purchased=NOON + DAY), lot("a", funding=PAID, purchased=NOON)),
        (lot("b", purchased=NOON), lot("a", purchased=NOON + INSTANT)),
        (lot("a"), lot("b")),  # only the id
    ],
    ids=["priority", "priority of 0", "expiry", "expiry before promotion", "promotion", "purchase", "id"],
)
def test_the_order_of_two_lots_is_always_the_same(first, second):
    assert names(consumption_order(book(first, second), NOON, None)) == names([first, second])
    assert names(consumption_order(book(second, first), NOON, None)) == names([first, second])


def test_lots_are_spent_in_the_documented_order():
    ranked = [
        lot("g", priority=10, expires=LATE),
        lot("f", expires=SOON, funding=PROMOTIONAL, purchased=NOON + DAY),
        lot("e", expires=SOON, purchased=NOON),
        lot("c", expires=SOON, purchased=NOON + DAY),
        lot("d", expires=SOON, purchased=NOON + DAY),
        lot("b", expires=LATE, funding=PROMOTIONAL),
        lot("a", priority=90, expires=SOON),
    ]
    for shuffled in list(permutations(ranked))[::97]:
        assert names(consumption_order(book(*shuffled), NOON, None)) == names(ranked)


@pytest.mark.parametrize(
    ("candidate", "pays"),
    [
        (lot(remaining=1), True),
        (lot(remaining=0, original=100), False),
        (lot(remaining=100, pinned=99), True),
        (lot(remaining=100, pinned=100), False),  # held for a call in progress
        (lot(expires=NOON + INSTANT), True),
        (lot(expires=NOON), False),  # half-open: not for a call that began exactly then
        (lot(expires=NOON - INSTANT), False),
        (lot(purchased=NOON + DAY), True),  # bought after the call began: it pays nevertheless
    ],
)
def test_only_free_credit_that_was_unexpired_at_the_start_of_the_call_pays(candidate, pays):
    assert names(consumption_order(book(candidate), NOON, None)) == (["A"] if pays else [])


some_lots = st.lists(
    st.builds(
        lot,
        st.text("ab", min_size=1, max_size=3),
        priority=st.integers(0, 2),
        expires=st.sampled_from([SOON, LATE]),
        funding=st.sampled_from(list(Funding)),
        purchased=st.sampled_from([NOON, NOON + DAY]),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


@given(some_lots, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_lots_are_stored(lots, random):
    expected = names(consumption_order(book(*lots), NOON, None))
    random.shuffle(lots)
    assert names(consumption_order(book(*lots), NOON, None)) == expected
    assert len({consumption_key(each) for each in lots}) == len(lots)
