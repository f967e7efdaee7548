"""Money: whole micro-units (10^-6) of one currency. Exact, never a float."""

import re
from dataclasses import dataclass
from typing import Self

MICROS = 1_000_000
"""Micro-units in one unit: a published rate has up to four decimals a minute, and a second of it still fits."""

AMOUNT_MAX = 10**15
"""A thousand million units: far above any account, far below what Int64 holds after adding."""

_MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"), 0),
    **dict.fromkeys(("PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""ISO 4217's exceptions; every other currency has two digits."""

_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?")
"""How everybody writes an amount. [0-9], because \\d matches the digits of other scripts; ten, because `AMOUNT_MAX` has
as many before the point. Zeros in front change nothing.
"""

_WRITTEN = re.compile(r"(-?)([0-9]{1,20})\.([0-9]{6})")
"""How `Money.text` writes one: with a sign where it is below zero, and of any size."""


def micros_of(amount: str) -> int:
    """Micro-units of a decimal such as "12.5": 0 to `AMOUNT_MAX`, up to six places; ValueError for anything else.

    The one definition of an amount that somebody writes: in a request, a setting, a rate card, on the command line.
    """
    match = _AMOUNT.fullmatch(amount)
    if match is None:
        message = "an amount is a decimal with up to six places"
        raise ValueError(message)
    whole, places = match.groups()
    micros = int(whole) * MICROS + int((places or "").ljust(6, "0"))
    if micros > AMOUNT_MAX:
        message = "the amount is too large"
        raise ValueError(message)
    return micros


def minor_digits(currency: str) -> int:
    """Digits after the point in which *currency* is paid by card: USD 2, JPY 0, KWD 3. Source: ISO 4217."""
    return _MINOR_DIGITS.get(currency, 2)


def _micros_of_a_minor_unit(currency: str) -> int:
    return int(10 ** (6 - minor_digits(currency)))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, in micro-units."""

    micros: int
    currency: str

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        """An amount as somebody writes it (`micros_of`); ValueError for anything else."""
        return cls(micros_of(amount), currency)

    @classmethod
    def written(cls, text: str, currency: str) -> Self:
        """The money that `text` wrote: a balance may be negative, and larger than any single amount."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            message = "a written amount has six places"
            raise ValueError(message)
        sign, whole, places = match.groups()
        micros = int(whole) * MICROS + int(places)
        return cls(-micros if sign else micros, currency)

    @classmethod
    def minor(cls, units: int, currency: str) -> Self:
        """Money of whole cents, yen or fils, as a card is charged."""
        return cls(units * _micros_of_a_minor_unit(currency), currency)

    def to_minor(self) -> int:
        """Whole minor units; ValueError when it is not whole, because nothing is rounded unseen."""
        units, rest = divmod(self.micros, _micros_of_a_minor_unit(self.currency))
        if rest:
            message = f"{self.text} {self.currency} is not a whole number of minor units"
            raise ValueError(message)
        return units

    @property
    def text(self) -> str:
        """The amount with always six places, as the outside sees it: "12.345600"."""
        whole, places = divmod(abs(self.micros), MICROS)
        return f"{'-' if self.micros < 0 else ''}{whole}.{places:06d}"
