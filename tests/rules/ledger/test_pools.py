"""Pools count what calls take and what holds set aside, and name the user whose minutes they are (R8, R14)."""

from dataclasses import replace

import pytest

from shared.ledger.apply import apply
from shared.ledger.change import Change, LedgerBrokenError, Movement, MovementKind, PoolUse
from shared.ledger.hold import HeldRate, Hold, HoldEnd
from shared.ledger.pool import Pool
from tests.rules.books import HOUR, NOON, book

KEY = "2026-03.MCOPSTN8.domestic.GB.0123"
HOLD = Hold("key", "leg", "domestic", "ann", NOON, NOON + HOUR, 60, 0, HeldRate(20_000, 0, 60, 60))


def taking(seconds, user="ann"):
    return Change(movements=(Movement(MovementKind.DEBIT, (), pools=(PoolUse(KEY, seconds, user),)),))


@pytest.mark.parametrize("known", [{}, {KEY: Pool(KEY)}])
def test_a_pool_names_its_user_once_a_call_has_used_it(known):
    assert apply(book(pools=known), taking(60)).pools == {KEY: Pool(KEY, 60, 0, "ann")}


@pytest.mark.parametrize("known", [{}, {KEY: Pool(KEY)}])
def test_a_pool_names_its_user_once_a_hold_has_set_something_aside(known):
    held = replace(HOLD, pool=KEY, pool_user="ann", pool_seconds=60)
    after = apply(book(pools=known), Change(holds=(held,)))
    assert after.pools == {KEY: Pool(KEY, 0, 60, "ann")}
    ended = apply(after, Change(ended=((held.key, HoldEnd.RELEASED),)))
    assert ended.pools == {KEY: Pool(KEY, 0, 0, "ann")}


def test_nothing_is_given_back_that_was_not_taken():
    with pytest.raises(LedgerBrokenError, match="a pool would fall below zero"):
        apply(book(pools={KEY: Pool(KEY, 59)}), taking(-60))
