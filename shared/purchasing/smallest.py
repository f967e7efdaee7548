"""The smallest purchase and recharge amount of each currency (R1)."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.kernel.money import MICROS
from shared.ledger.book import Refused

SMALLEST: Mapping[str, int] = MappingProxyType(
    {
        "USD": 50 * MICROS,
        "EUR": 50 * MICROS,
        "CHF": 50 * MICROS,
        "CAD": 50 * MICROS,
        "AUD": 50 * MICROS,
        "GBP": 40 * MICROS,
        "JPY": 7_500 * MICROS,
    }
)
"""Micro-units by currency (CONTRACT 2); the setting `Purchases__smallest` adds others."""

LARGEST = 1_000_000 * MICROS
"""A single charge above a million units is taken for a typing error."""


def amount_refusal(amount: int, currency: str, smallest: Mapping[str, int], at: str) -> Refused | None:
    """Why *amount* micro-units, at the JSON pointer *at*, cannot be charged at once, or None when it can."""
    least = smallest.get(currency)
    if least is None:
        return Refused("below_minimum", f"no smallest amount is set for {currency}", at)
    if amount < least:
        return Refused("below_minimum", f"the smallest amount is {least // MICROS} {currency}", at)
    if amount > LARGEST:
        return Refused("above_maximum", f"the largest amount is {LARGEST // MICROS} {currency}", at)
    return None
