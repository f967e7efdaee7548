from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.money import Money
from shared.rating.charge import billed_seconds, charge
from tests.rules.rating.cards import card, rate


def price(card, rate, seconds, free=0):
    return charge(card.name, card.currency, rate, seconds=seconds, free=free)


@pytest.mark.parametrize(
    ("seconds", "minimum", "increment", "billed"),
    [
        (0, 60, 60, 0),  # unanswered: free despite the minimum
        (1, 60, 60, 60),
        (59, 60, 60, 60),
        (60, 60, 60, 60),
        (61, 60, 60, 120),
        (0, 0, 6, 0),
        (1, 0, 6, 6),
        (6, 0, 6, 6),
        (7, 0, 6, 12),
        (1, 0, 1, 1),
        (29, 30, 6, 30),
        (31, 30, 6, 36),
        (1, 30, 60, 60),  # the minimum, then rounded up to the increment
        (1, 7, 6, 12),
        (130, 60, 60, 180),
        (86_400, 60, 60, 86_400),
        (86_399, 60, 60, 86_400),
    ],
)
def test_billed_seconds_are_the_larger_of_duration_and_minimum_up_to_the_increment(seconds, minimum, increment, billed):
    assert billed_seconds(rate(minimum=minimum, increment=increment), seconds) == billed


@pytest.mark.parametrize(
    ("per_minute", "seconds", "micros"),
    [
        (15_000, 180, 45_000),
        (1, 29, 0),  # 0.4833 of a micro-unit
        (1, 30, 1),  # exactly half: up
        (1, 31, 1),
        (3, 30, 2),  # 1.5
        (5, 30, 3),  # 2.5: up, not to even
        (1, 89, 1),  # 1.4833
        (1, 90, 2),  # 1.5
        (7, 1, 0),
        (31, 1, 1),
        (461_200, 6, 46_120),
    ],
)
def test_the_price_is_rounded_once_half_up_to_the_micro_unit(per_minute, seconds, micros):
    tariff = rate(per_minute=per_minute, minimum=0, increment=1)
    assert price(card(tariff), tariff, seconds).amount == Money(micros, "USD")


def test_a_call_of_0_seconds_is_free_without_a_fee():
    tariff = rate(fee=50_000)
    nothing = price(card(tariff), tariff, 0)
    assert nothing.amount == Money(0, "USD")
    assert nothing.explanation.connection_fee == Money(0, "USD")


def test_the_fee_is_charged_once_for_any_duration():
    tariff = rate(per_minute=60, fee=50_000, minimum=0, increment=1)
    assert price(card(tariff), tariff, 1).amount.micros == 50_001
    assert price(card(tariff), tariff, 3_600).amount.micros == 50_000 + 3_600


def test_a_charge_contains_its_explanation():
    tariff = rate("4420", per_minute=15_000, fee=20_000)
    assert price(card(tariff, currency="EUR"), tariff, 130).explanation.facts() == {
        "card": "default",
        "prefix": "4420",
        "destination": "to 4420",
        "perMinute": 15_000,
        "connectionFee": 20_000,
        "seconds": 130,
        "billedSeconds": 180,
        "freeSeconds": 0,
    }


def test_a_negative_duration_raises_an_error():
    with pytest.raises(ValueError, match="0 seconds or more"):
        billed_seconds(rate(), -1)


tariffs = st.builds(
    rate,
    per_minute=st.integers(0, 10**9),
    fee=st.integers(0, 10**9),
    minimum=st.integers(0, 120),
    increment=st.integers(1, 120),
)
durations = st.integers(0, 90_000)


@given(tariffs, durations)
def test_the_amount_can_be_computed_from_the_explanation(tariff, seconds):
    priced = price(card(tariff), tariff, seconds)
    why = priced.explanation
    exact = why.connection_fee.micros + Fraction(why.per_minute.micros * why.billed_seconds, 60)
    assert Fraction(-1, 2) < priced.amount.micros - exact <= Fraction(1, 2)


@given(tariffs, durations, durations)
def test_a_longer_call_never_costs_less(tariff, seconds, more):
    rates = card(tariff)
    assert price(rates, tariff, seconds).amount.micros <= price(rates, tariff, seconds + more).amount.micros


@given(tariffs, st.integers(1, 90_000))
def test_billed_seconds_are_the_smallest_increment_that_covers_call_and_minimum(tariff, seconds):
    billed = billed_seconds(tariff, seconds)
    owed = max(seconds, tariff.minimum_seconds)
    assert billed % tariff.increment_seconds == 0
    assert owed <= billed < owed + tariff.increment_seconds
