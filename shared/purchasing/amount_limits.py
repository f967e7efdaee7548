"""The smallest and the largest purchase and recharge amount of each currency (R1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shared.kernel.card_money import largest_on_card, smallest_on_card
from shared.kernel.money import AMOUNT_MAX, MICROS, Money
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

CAP_TIMES = 100
"""A monthly cap above this many largest charges is taken for a typing error."""


@dataclass(frozen=True, slots=True)
class AmountLimits:
    """Micro-units by currency: the *smallest* amounts, and the *largest* ones that the operator has set. For other
    currencies the largest amount is what the payment provider takes.
    """

    smallest: Mapping[str, int]
    largest: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def smallest_of(self, currency: str) -> int | None:
        """The smallest purchase and recharge amount; None where none is set, so that nothing can be bought."""
        chosen = self.smallest.get(currency)
        return None if chosen is None else max(chosen, smallest_on_card(currency))

    def largest_of(self, currency: str) -> int:
        """The largest single charge."""
        return largest_on_card(currency, self.largest)

    def charge_refusal(self, amount: int, currency: str, at: str) -> Refused | None:
        """Why *amount*, at the JSON pointer *at*, cannot be charged at once, or None when it can."""
        least = self.smallest_of(currency)
        if least is None:
            return Refused("below_minimum", f"no smallest amount is set for {currency}", at)
        if amount < least:
            return Refused("below_minimum", f"the smallest amount is {_text(least, currency)}", at)
        return self.above_refusal(amount, currency, at)

    def above_refusal(self, amount: int, currency: str, at: str) -> Refused | None:
        """Why *amount* is more than a single charge can be, or None when it is not."""
        return _above(amount, self.largest_of(currency), currency, at)

    def cap_refusal(self, cap: int, currency: str, at: str) -> Refused | None:
        """Why *cap* is too large for a monthly cap, or None when it is not."""
        return _above(cap, min(AMOUNT_MAX, CAP_TIMES * self.largest_of(currency)), currency, at)


def _above(amount: int, most: int, currency: str, at: str) -> Refused | None:
    if amount <= most:
        return None
    return Refused("above_maximum", f"the largest amount is {_text(most, currency)}", at)


def _text(amount: int, currency: str) -> str:
    """The amount without trailing zeros: "50 USD", "999999.99 USD"."""
    return f"{Money(amount, currency).text.rstrip('0').rstrip('.')} {currency}"
