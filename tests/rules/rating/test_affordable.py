"""R13: how long a call may last for what is left in a pool and in lots, to the second and to the micro-unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.hold import HeldRate
from shared.rating.affordable import affordable_seconds
from shared.rating.charge import billed_seconds, price_of

BY_MINUTE = HeldRate(600_000, 0, 60, 60)
BY_SECOND = HeldRate(500_000, 100_000, 0, 1)
SIX = HeldRate(10_000, 0, 30, 6)
FEE_ONLY = HeldRate(0, 50_000, 0, 1)
ROUNDED = HeldRate(1, 0, 0, 1)  # a second costs 1/60 of a micro-unit


@pytest.mark.parametrize(
    ("tariff", "wanted", "free", "money", "seconds"),
    [
        (BY_MINUTE, 60, 0, 600_000, 60),
        (BY_MINUTE, 60, 0, 599_999, 0),  # not even the first minute
        (BY_MINUTE, 1, 0, 600_000, 60),  # what is wanted is rounded up
        (BY_MINUTE, 300, 0, 1_800_000, 180),
        (BY_MINUTE, 300, 0, 1_799_999, 120),
        (BY_MINUTE, 300, 0, 3_000_000, 300),
        (BY_MINUTE, 300, 0, 9_000_000, 300),
        (BY_MINUTE, 300, 60, 0, 60),  # the pool pays one minute
        (BY_MINUTE, 300, 59, 0, 0),  # and not a part of one
        (BY_MINUTE, 300, 59, 10_000, 60),  # one charged second completes the minute
        (BY_MINUTE, 300, 59, 9_999, 0),
        (BY_MINUTE, 300, 300, 0, 300),
        (BY_MINUTE, 300, 301, 0, 300),
        (BY_SECOND, 60, 0, 600_000, 60),
        (BY_SECOND, 60, 0, 599_999, 59),
        (BY_SECOND, 60, 0, 108_333, 1),
        (BY_SECOND, 60, 0, 108_332, 0),
        (BY_SECOND, 60, 0, 100_000, 0),  # the fee alone is no call
        (BY_SECOND, 60, 10, 100_000, 10),  # the fee is due with the first charged second
        (BY_SECOND, 60, 10, 108_333, 11),
        (SIX, 100, 0, 5_000, 30),  # the minimum
        (SIX, 100, 0, 4_999, 0),
        (SIX, 100, 0, 5_999, 30),
        (SIX, 100, 0, 6_000, 36),
        (SIX, 100, 0, 17_000, 102),
        (FEE_ONLY, 100, 0, 50_000, 100),
        (FEE_ONLY, 100, 0, 49_999, 0),
        (FEE_ONLY, 100, 40, 49_999, 40),
        (ROUNDED, 100, 0, 0, 29),  # 29/60 rounds to nothing, 30/60 to one
        (ROUNDED, 100, 0, 1, 89),
    ],
)
def test_affordable_seconds(tariff, wanted, free, money, seconds):
    assert affordable_seconds(tariff, wanted=wanted, free=free, money=money) == seconds


tariffs = st.builds(
    HeldRate,
    per_minute=st.integers(0, 900_000),
    connection_fee=st.integers(0, 300_000),
    minimum_seconds=st.integers(0, 70),
    increment_seconds=st.integers(1, 70),
)


@given(tariffs, st.integers(1, 7_200), st.integers(0, 4_000), st.integers(0, 3_000_000))
def test_the_price_is_at_most_the_money_and_one_increment_more_is_not_affordable(tariff, wanted, free, money):
    seconds = affordable_seconds(tariff, wanted=wanted, free=free, money=money)
    most = billed_seconds(tariff, wanted)
    assert 0 <= seconds <= most
    if seconds:
        assert billed_seconds(tariff, seconds) == seconds  # whole increments, at least the minimum
        assert price_of(tariff, seconds, free) <= money
    if seconds < most:
        more = billed_seconds(tariff, seconds + 1)
        assert more <= most
        assert price_of(tariff, more, free) > money


@given(tariffs, st.integers(1, 7_200), st.integers(0, 4_000), st.integers(0, 3_000_000), st.integers(0, 999))
def test_more_money_or_minutes_never_shorten_a_call(tariff, wanted, free, money, more):
    seconds = affordable_seconds(tariff, wanted=wanted, free=free, money=money)
    assert affordable_seconds(tariff, wanted=wanted, free=free + more, money=money) >= seconds
    assert affordable_seconds(tariff, wanted=wanted, free=free, money=money + more) >= seconds
