import pytest

from shared.kernel.money import MICROS, Money
from shared.purchasing.smallest import LARGEST, SMALLEST, amount_refusal
from tests.rules.books import the

LEAST = {"USD": "50", "EUR": "50", "CHF": "50", "CAD": "50", "AUD": "50", "GBP": "40", "JPY": "7500"}


def code(micros, currency, smallest=SMALLEST):
    refusal = amount_refusal(micros, currency, smallest, "/amount")
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
    ("units", "refused"),
    [(0, "below_minimum"), (-50, "below_minimum"), (1_000_000, None), (1_000_001, "above_maximum")],
)
def test_amounts_from_the_smallest_to_the_largest_are_accepted(units, refused):
    assert code(units * MICROS, "USD") == refused


def test_the_largest_amount_is_exact_to_the_micro_unit():
    assert code(LARGEST, "USD") is None
    assert code(LARGEST + 1, "USD") == "above_maximum"


def test_50_yen_are_not_treated_as_50_dollars():
    assert code(50 * MICROS, "JPY") == "below_minimum"
    assert "7500 JPY" in the(amount_refusal(50 * MICROS, "JPY", SMALLEST, "/amount")).detail


def test_a_currency_without_a_smallest_amount_cannot_be_charged():
    assert code(50 * MICROS, "SEK") == "below_minimum"
    assert code(500 * MICROS, "SEK", {**SMALLEST, "SEK": 500 * MICROS}) is None
