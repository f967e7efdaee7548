"""R1: what a card is charged, in the payment provider's units. Source: docs.stripe.com/currencies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.card_money import (
    card_step,
    from_card_units,
    largest_on_card,
    smallest_on_card,
    to_card_units,
    whole_on_card,
)
from shared.kernel.money import Money

CURRENCIES = ("USD", "JPY", "KWD", "ISK", "UGX", "MGA", "IDR", "TND", "XAF")


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("10", "USD", 1_000),
        ("500", "JPY", 500),
        ("5.12", "KWD", 5_120),
        ("5", "ISK", 500),
        ("5", "UGX", 500),
        ("5", "MGA", 5),
        ("0.01", "USD", 1),
        ("9999999", "IDR", 999_999_900),
    ],
)
def test_money_is_sent_in_the_providers_units(amount, currency, units):
    money = Money.parse(amount, currency)
    assert to_card_units(money) == units
    assert from_card_units(units, currency) == money


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("10.001", "USD"), ("500.5", "JPY"), ("5.124", "KWD"), ("5.5", "ISK"), ("5.01", "UGX"), ("5.01", "MGA")],
)
def test_an_amount_between_two_steps_is_not_rounded(amount, currency):
    with pytest.raises(ValueError, match=f"{currency} cannot be charged to a card: the step is"):
        to_card_units(Money.parse(amount, currency))


@pytest.mark.parametrize(("currency", "least"), [("USD", "0.5"), ("GBP", "0.3"), ("JPY", "50"), ("KWD", "0.01")])
def test_the_smallest_charge_is_the_providers_or_one_step(currency, least):
    assert smallest_on_card(currency) == Money.parse(least, currency).micros


@given(st.sampled_from(CURRENCIES), st.integers(1, 10**9))
def test_each_step_is_a_whole_number_of_units_and_multiples_of_an_amount_can_be_charged(currency, times):
    step = card_step(currency)
    assert to_card_units(Money(step * times, currency)) == times * to_card_units(Money(step, currency))
    assert largest_on_card(currency, {currency: step * times + step - 1}) == min(step * times, 10**15 // step * step)


@pytest.mark.parametrize(
    ("amount", "currency", "whole"),
    [
        ("6498.988", "JPY", "6498"),
        ("9.999", "KWD", "9.99"),
        ("9.99", "BHD", "9.99"),
        ("0.009999", "TND", "0"),
        ("6998.99", "ISK", "6998"),
        ("100.99", "MGA", "100"),
        ("49.388", "USD", "49.38"),
    ],
)
def test_what_goes_back_to_a_card_is_rounded_down_to_what_it_takes(amount, currency, whole):
    rounded = whole_on_card(Money.parse(amount, currency))
    assert rounded == Money.parse(whole, currency)
    to_card_units(rounded)
