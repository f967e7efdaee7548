"""Amounts that a card can be charged, as the payment provider counts them: the digits, steps and limits by currency.

Source: docs.stripe.com/currencies (zero-decimal, three-decimal and special currencies; minimum and maximum amounts).
"""

from collections.abc import Mapping

from shared.kernel.money import AMOUNT_MAX, MICROS, Money, minor_digits

_DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}
"""Currencies for which the provider uses other digits than ISO 4217: 5 ISK is sent as 500, 5 MGA as 5."""

_UNITS_PER_STEP = {"ISK": 100, "UGX": 100, **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 10)}
"""Currencies in which not every number of the provider's units can be charged: a fraction of a krona cannot, and with
three digits the last one must be 0 (5.124 KWD is refused, 5.12 KWD is sent as 5120).
"""

_LARGEST_UNITS = {"IDR": 999_999_999_999}
_LARGEST_UNITS_DEFAULT = 99_999_999
"""The provider takes amounts of up to eight digits: 99999999 is 999,999.99 USD, but 99,999,999 JPY. IDR: twelve."""

_SMALLEST_UNITS = {
    **dict.fromkeys(("AUD", "BRL", "CAD", "CHF", "EUR", "INR", "JPY", "NZD", "SGD", "USD"), 50),
    "AED": 200,
    "BGN": 100,
    "CZK": 1_500,
    "DKK": 250,
    "GBP": 30,
    "HKD": 400,
    "HUF": 17_500,
    "MXN": 1_000,
    "MYR": 200,
    "NOK": 300,
    "PLN": 200,
    "RON": 200,
    "SEK": 300,
    "THB": 1_000,
}
"""The provider's smallest charges. For other currencies it converts to the currency of the bank account, whose smallest
charge counts: that is known only to the provider.
"""


def _micros_per_unit(currency: str) -> int:
    return int(MICROS // 10 ** _DIGITS.get(currency, minor_digits(currency)))


def card_step(currency: str) -> int:
    """Micro-units of the smallest difference between two amounts that a card can be charged: a cent, a yen, 10 fils."""
    return _micros_per_unit(currency) * _UNITS_PER_STEP.get(currency, 1)


def largest_on_card(currency: str, chosen: Mapping[str, int]) -> int:
    """Micro-units of the largest single charge: what the operator has *chosen* for the currency, else the most that the
    payment provider takes.
    """
    step = card_step(currency)
    most = _LARGEST_UNITS.get(currency, _LARGEST_UNITS_DEFAULT) * _micros_per_unit(currency)
    return min(chosen.get(currency, most), AMOUNT_MAX) // step * step


def smallest_on_card(currency: str) -> int:
    """Micro-units of the smallest single charge that the payment provider takes: at least one step."""
    return max(card_step(currency), _SMALLEST_UNITS.get(currency, 0) * _micros_per_unit(currency))


def to_card_units(money: Money) -> int:
    """The provider's whole number for *money*; ValueError when no card can be charged exactly this amount, because
    nothing is rounded silently.
    """
    if money.micros % card_step(money.currency):
        step = Money(card_step(money.currency), money.currency)
        message = f"{money.text} {money.currency} cannot be charged to a card: the step is {step.text} {step.currency}"
        raise ValueError(message)
    return money.micros // _micros_per_unit(money.currency)


def from_card_units(units: int, currency: str) -> Money:
    """The money of the provider's whole number in *currency*."""
    return Money(units * _micros_per_unit(currency), currency)


def whole_on_card(money: Money) -> Money:
    """*money*, rounded down to what a card can be charged or refunded."""
    return Money(money.micros - money.micros % card_step(money.currency), money.currency)
