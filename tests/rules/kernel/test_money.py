import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.money import AMOUNT_MAX, Money, minor_digits


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("0", 0),
        ("12.5", 12_500_000),
        ("0.000001", 1),
        ("007", 7_000_000),
        ("999999999.999999", AMOUNT_MAX - 1),
        ("1000000000", AMOUNT_MAX),
    ],
)
def test_an_amount_is_read_to_the_micro_unit(text, micros):
    assert Money.parse(text, "USD") == Money(micros, "USD")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".5",
        "5.",
        "1.0000001",  # a seventh place
        "1,000",
        "1e3",
        "+1",
        " 1",
        "1\n",
        "NaN",
        "1_000",
        "\u0661\u0662",  # digits of another script
        "1000000000.000001",
        "2000000000",
        "9999999999999",
        "00000000001",  # eleven digits
        "-1",
        "-0",
        "--1",
        "\uff11",  # a full-width digit
        "0x10",
        "1" * 5_000,  # int() itself refuses that
    ],
)
def test_other_texts_are_not_amounts(text):
    with pytest.raises(ValueError, match="amount"):
        Money.parse(text, "USD")


@given(st.integers(-(2**63), 2**63))
def test_stored_amounts_are_read_back_also_negative_and_very_large_balances(micros):
    money = Money(micros, "USD")
    assert Money.from_text(money.text, "USD") == money


@pytest.mark.parametrize("text", ["1", "1.0", "+1.000000", "1.0000000", "\u0661.000000", "1.000000\n"])
def test_texts_that_are_not_stored_amounts_are_rejected(text):
    with pytest.raises(ValueError, match="six places"):
        Money.from_text(text, "USD")


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "0.000000"), (12_345_600, "12.345600"), (-1, "-0.000001"), (-50_000_000, "-50.000000")],
)
def test_money_is_always_shown_with_six_decimals(micros, text):
    assert Money(micros, "USD").text == text


@pytest.mark.parametrize(
    ("currency", "units", "micros"),
    [
        ("USD", 5_000, 50_000_000),
        ("JPY", 7_500, 7_500_000_000),
        ("KWD", 1, 1_000),
        ("XXX", 1, 10_000),  # ISO 4217's code for no currency: two decimals, the default
    ],
)
def test_money_is_converted_to_minor_units_of_its_currency(currency, units, micros):
    money = Money.from_minor(units, currency)
    assert (money.micros, money.to_minor()) == (micros, units)


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3)])
def test_minor_digits_are_those_of_iso_4217(currency, digits):
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(("text", "currency"), [("0.001", "USD"), ("0.5", "JPY"), ("0.0001", "KWD")])
def test_a_fraction_of_a_minor_unit_is_rejected_instead_of_rounded(text, currency):
    with pytest.raises(ValueError, match="minor units"):
        Money.parse(text, currency).to_minor()
