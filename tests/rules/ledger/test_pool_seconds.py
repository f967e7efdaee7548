"""R8: a pool counts the seconds that calls take and that holds set aside; corrections give them back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.apply import apply
from shared.ledger.change import Change, LedgerBrokenError, Movement, MovementKind, PoolUse
from shared.ledger.pool import Pool
from shared.use_cases.calls.pool_uses import net_uses, total_uses, without_uses
from tests.rules.books import book


def taking(*uses):
    return Change(movements=(Movement(MovementKind.DEBIT, (), pools=tuple(PoolUse(*use) for use in uses)),))


@pytest.mark.parametrize(
    ("used", "pinned", "size", "left"),
    [
        (0, 0, 0, 0),
        (0, 0, 7200, 7200),
        (7199, 0, 7200, 1),
        (7200, 0, 7200, 0),
        (7201, 0, 7200, 0),  # the size was lowered: nothing is left, never less
        (7100, 100, 7200, 0),
        (7100, 99, 7200, 1),
        (0, 7201, 7200, 0),
    ],
)
def test_what_is_left_of_a_pool(used, pinned, size, left):
    assert Pool("P", used, pinned).left(size) == left


def test_a_movement_takes_seconds_from_pools():
    after = apply(book(pools={"P": Pool("P", 5)}), taking(("P", 60, ""), ("Q", 1, "ann")))
    assert after.pools == {"P": Pool("P", 65), "Q": Pool("Q", 1, 0, "ann")}


def test_a_pool_that_was_read_before_its_first_use_gets_its_user():
    assert apply(book(pools={"Q": Pool("Q")}), taking(("Q", 1, "ann"))).pools["Q"].user == "ann"


def test_no_more_is_given_back_than_was_taken():
    assert apply(book(pools={"P": Pool("P", 60)}), taking(("P", -60))).pools["P"].used == 0
    with pytest.raises(LedgerBrokenError, match="below zero"):
        apply(book(pools={"P": Pool("P", 60)}), taking(("P", -61)))


@pytest.mark.parametrize(
    ("before", "after", "net"),
    [
        ([], [], []),
        ([("P", 60)], [("P", 60)], []),
        ([("P", 60)], [("P", 90)], [("P", 30)]),
        ([("P", 90)], [("P", 60)], [("P", -30)]),
        ([("P", 60)], [], [("P", -60)]),
        ([], [("P", 60)], [("P", 60)]),
        ([("P", 60)], [("Q", 60)], [("P", -60), ("Q", 60)]),  # the correction moved the call into another month
    ],
)
def test_a_correction_takes_the_difference(before, after, net):
    uses = net_uses((PoolUse(*each) for each in before), (PoolUse(*each) for each in after))
    assert [(use.pool, use.seconds) for use in uses] == net


corrections = st.lists(st.lists(st.tuples(st.sampled_from("PQ"), st.integers(1, 100)), max_size=2), min_size=1)


@given(corrections)
def test_after_any_corrections_the_pools_have_what_the_last_one_took(bookings):
    account, taken = book(), tuple[PoolUse, ...]()
    for booking in bookings:
        uses = total_uses(PoolUse(pool, seconds, "") for pool, seconds in booking)
        assert {key: pool.used for key, pool in without_uses(account, taken).pools.items() if pool.used} == {}
        net = net_uses(taken, uses)
        account = apply(account, Change(movements=(Movement(MovementKind.CORRECTION, (), pools=net),)))
        taken = total_uses(taken, net)
        assert taken == uses or set(taken) == set(uses)
        assert {key: pool.used for key, pool in account.pools.items() if pool.used} == {
            use.pool: use.seconds for use in uses
        }
