"""R1: the smallest and largest amounts by currency."""

import pytest

from shared.kernel.money import MICROS, Money
from shared.purchasing.amount_limits import SMALLEST, AmountLimits
from tests.rules.books import the

LEAST = {"USD": "50", "EUR": "50", "CHF": "50", "CAD": "50", "AUD": "50", "GBP": "40", "JPY": "7500"}
DEFAULT = AmountLimits(SMALLEST)


def code(micros, currency, limits=DEFAULT):
    refusal = limits.charge_refusal(micros, currency, "/amount")
    return refusal.code if refusal else None


@pytest.mark.parametrize(("currency", "least"), LEAST.items())
def test_each_currency_has_its_own_smallest_amount(currency, least):
    boundary = Money.parse(least, currency).micros
    assert code(boundary, currency) is None
    assert code(boundary - 1, currency) == "below_minimum"
    assert code(boundary + 1, currency) is None


def test_the_table_contains_exactly_these_currencies():
    assert set(SMALLEST) == set(LEAST)


@pytest.mark.parametrize(
    ("currency", "most", "above"),
    [
        ("USD", "999999.99", "1000000"),
        ("GBP", "999999.99", "1000000"),
        ("JPY", "99999999", "100000000"),
        ("KWD", "99999.990", "100000"),
        ("ISK", "999999", "1000000"),
        ("IDR", "1000000000", None),
    ],
)
def test_the_largest_amount_has_as_many_digits_as_the_provider_takes(currency, most, above):
    limits = AmountLimits({currency: MICROS})
    assert limits.largest_of(currency) == Money.parse(most, currency).micros
    assert code(Money.parse(most, currency).micros, currency, limits) is None
    if above:
        refusal = the(limits.charge_refusal(Money.parse(above, currency).micros, currency, "/amount"))
        assert (refusal.code, refusal.pointer) == ("above_maximum", "/amount")
        assert most.rstrip("0" if "." in most else "") in refusal.detail


@pytest.mark.parametrize(("chosen", "most"), [("2000", "2000"), ("2000.005", "2000"), ("1000000000", "1000000000")])
def test_an_operator_sets_another_largest_amount(chosen, most):
    limits = AmountLimits(SMALLEST, {"USD": Money.parse(chosen, "USD").micros})
    assert limits.largest_of("USD") == Money.parse(most, "USD").micros
    assert limits.largest_of("EUR") == DEFAULT.largest_of("EUR")


@pytest.mark.parametrize("units", [0, -50])
def test_nothing_and_less_cannot_be_charged(units):
    assert code(units * MICROS, "USD") == "below_minimum"


def test_a_smallest_amount_below_that_of_the_provider_does_not_count():
    limits = AmountLimits({"SEK": MICROS})
    assert code(3 * MICROS - 1, "SEK", limits) == "below_minimum"
    assert code(3 * MICROS, "SEK", limits) is None


@pytest.mark.parametrize(("currency", "most"), [("USD", "99999999"), ("JPY", "1000000000"), ("KWD", "9999999")])
def test_a_monthly_cap_is_at_most_a_hundred_of_the_largest_charges(currency, most):
    cap = Money.parse(most, currency).micros
    assert DEFAULT.cap_refusal(cap, currency, "/monthlyCap") is None
    if currency != "JPY":
        refusal = the(DEFAULT.cap_refusal(cap + MICROS, currency, "/monthlyCap"))
        assert (refusal.code, refusal.pointer) == ("above_maximum", "/monthlyCap")


def test_50_yen_are_not_treated_as_50_dollars():
    assert code(50 * MICROS, "JPY") == "below_minimum"
    assert "7500 JPY" in the(DEFAULT.charge_refusal(50 * MICROS, "JPY", "/amount")).detail


def test_a_currency_without_a_smallest_amount_cannot_be_charged():
    assert code(50 * MICROS, "SEK") == "below_minimum"
    assert code(500 * MICROS, "SEK", AmountLimits({**SMALLEST, "SEK": 500 * MICROS})) is None
