"""R19: credit about to expire is told of four times, with what will really be lost."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.apply import apply
from shared.ledger.change import NOTHING
from shared.ledger.order import consumption_key
from shared.notices.expiry import WARNINGS, losses, next_expiry_warning, warning
from tests.rules.books import DAY, HOUR, NOON, book, lot

YEAR = NOON + 365 * DAY


def notices(change):
    return [
        (message.body["notice"]["days"], message.body["notice"]["amount"]["amount"][-3:]) for message in change.outbox
    ]


@pytest.mark.parametrize("days", WARNINGS)
def test_a_warning_is_due_so_many_days_before(days):
    current = book(lot())
    at = YEAR - days * DAY
    for earlier in (each for each in WARNINGS if each > days):
        current = apply(current, warning(current, per_day=0, now=YEAR - earlier * DAY))
    assert next_expiry_warning(current, now=at) == at
    assert notices(warning(current, per_day=0, now=at)) == [(days, "100")]
    after = apply(current, warning(current, per_day=0, now=at))
    assert warning(after, per_day=0, now=at) == NOTHING


def test_after_an_outage_only_the_latest_warning_is_told():
    current = book(lot())
    assert notices(warning(current, per_day=0, now=YEAR - 6 * DAY)) == [(7, "100")]
    assert next_expiry_warning(apply(current, warning(current, per_day=0, now=YEAR - 6 * DAY)), now=NOON) == YEAR - DAY


def test_a_lot_that_lives_shorter_is_told_of_later():
    assert next_expiry_warning(book(lot(expires=NOON + 20 * DAY)), now=NOON) == NOON + 13 * DAY
    assert next_expiry_warning(book(lot(expires=NOON + HOUR)), now=NOON) is None


def test_a_lot_that_is_empty_expired_or_gone_is_not_told_of():
    assert next_expiry_warning(book(lot(remaining=0, original=5)), now=NOON) is None
    assert next_expiry_warning(book(lot()), now=YEAR) is None


def test_lots_that_expire_within_a_day_are_told_of_together():
    current = book(lot("A"), lot("B", expires=YEAR + DAY), lot("C", expires=YEAR + DAY + HOUR))
    assert notices(warning(current, per_day=0, now=YEAR - DAY)) == [(1, "200")]


@pytest.mark.parametrize(("per_day", "left"), [(0, "100"), (1, "070"), (3, "010"), (4, None), (100, None)])
def test_what_calls_will_have_used_is_not_lost(per_day, left):
    change = warning(book(lot()), per_day=per_day, now=YEAR - 30 * DAY)
    assert notices(change) == ([(30, left)] if left else [])
    assert change.told is not None, "it is not looked at again"


def test_later_lots_are_spared_until_earlier_ones_are_used_up():
    current = book(lot("A", expires=NOON + 10 * DAY), lot("B", expires=NOON + 20 * DAY))
    assert losses(current, 12, now=NOON) == {"A": 0, "B": 0}
    assert losses(current, 5, now=NOON) == {"A": 50, "B": 50}
    assert losses(current, 8, now=NOON) == {"A": 20, "B": 20}


lots = st.lists(
    st.builds(
        lambda days, left, priority: (days, left, priority), st.integers(1, 400), st.integers(1, 500), st.integers(0, 9)
    ),
    min_size=1,
    max_size=6,
)


@given(lots, st.integers(0, 40))
def test_used_and_lost_are_all_that_there_is(some, per_day):
    current = book(
        *(
            lot(str(number), left, expires=NOON + timedelta(days=days), priority=priority)
            for number, (days, left, priority) in enumerate(some)
        )
    )
    lost = losses(current, per_day, now=NOON)
    days = max(days for days, _, _ in some)
    used = sum(left for _, left, _ in some) - sum(lost.values())
    assert set(lost) == set(current.lots)
    assert 0 <= used <= per_day * days
    assert all(0 <= lost[name] <= each.remaining for name, each in current.lots.items())
    assert sorted(current.lots.values(), key=consumption_key)
