"""Money: whole micro-units (10^-6) of one currency. It is exact, never a float."""

import re
from dataclasses import dataclass
from typing import Self

MICROS = 1_000_000
"""Micro-units in one unit. A published rate has up to four decimals a minute; a second of it can still be represented.
"""

AMOUNT_MAX = 10**15
"""A thousand million units: far above the amounts of any account; sums of it still fit into Int64."""

_MINOR_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"), 0),
    **dict.fromkeys(("PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""ISO 4217's exceptions; every other currency has two digits."""

_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?")
"""The form of an amount in any input. [0-9], because \\d matches digits of other scripts; ten of them, because
`AMOUNT_MAX` has ten before the point. Leading zeros are allowed.
"""

_WRITTEN = re.compile(r"(-?)([0-9]{1,20})\.([0-9]{6})")
"""The form of `Money.text`: with a sign if it is negative, and of any size."""


def micros_of(amount: str) -> int:
    """Micro-units of a decimal such as "12.5": 0 to `AMOUNT_MAX`, up to six places; ValueError for anything else.

    All amounts in input are read with this: in requests, settings, rate cards and on the command line.
    """
    match = _AMOUNT.fullmatch(amount)
    if match is None:
        message = "an amount is a decimal with up to six places, from 0 to 1000000000, such as 12.50"
        raise ValueError(message)
    whole, places = match.groups()
    micros = int(whole) * MICROS + int((places or "").ljust(6, "0"))
    if micros > AMOUNT_MAX:
        message = "the amount is too large"
        raise ValueError(message)
    return micros


def minor_digits(currency: str) -> int:
    """Digits after the point of card payments in *currency*: USD 2, JPY 0, KWD 3. Source: ISO 4217."""
    return _MINOR_DIGITS.get(currency, 2)


def _micros_per_minor_unit(currency: str) -> int:
    return int(10 ** (6 - minor_digits(currency)))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, in micro-units."""

    micros: int
    currency: str

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        """The money of an amount in input (`micros_of`); ValueError for anything else."""
        return cls(micros_of(amount), currency)

    @classmethod
    def from_text(cls, text: str, currency: str) -> Self:
        """The inverse of `text`. Unlike an amount in input, a balance may be negative and larger than `AMOUNT_MAX`."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            message = "a written amount has six places"
            raise ValueError(message)
        sign, whole, places = match.groups()
        micros = int(whole) * MICROS + int(places)
        return cls(-micros if sign else micros, currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Self:
        """The money of whole cents, yen or fils, the units of card payments."""
        return cls(units * _micros_per_minor_unit(currency), currency)

    def to_minor(self) -> int:
        """Whole minor units; ValueError when the amount is not whole, because nothing is rounded silently."""
        units, rest = divmod(self.micros, _micros_per_minor_unit(self.currency))
        if rest:
            message = f"{self.text} {self.currency} is not a whole number of minor units"
            raise ValueError(message)
        return units

    @property
    def text(self) -> str:
        """The amount with always six places, as callers see it: "12.345600"."""
        whole, places = divmod(abs(self.micros), MICROS)
        return f"{'-' if self.micros < 0 else ''}{whole}.{places:06d}"
