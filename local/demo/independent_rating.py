"""The demo's own rating: it reads and searches the published file without the service's code (R9)."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

MINUTE = 60
"""Rate cards in the published form charge each started minute in full."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of the card: *per_minute* in the card's currency."""

    prefix: str
    name: str
    per_minute: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """What a call must cost, and why. *prefix* None: the call is free, whatever the rates."""

    amount: Decimal
    billed_seconds: int
    prefix: str | None


FREE = Price(Decimal(0), 0, None)
"""The price of inbound and emergency calls."""


class PublishedCard:
    """A rate card in the published form, by prefix."""

    def __init__(self, file: Path) -> None:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        self.rates = {
            row["Prefix"]: Rate(row["Prefix"], row["Destination Name"], Decimal(row["Price / min"])) for row in rows
        }

    def longest_match(self, number: str) -> Rate | None:
        """The rate with the longest prefix of *number* (`+` and digits); None when there is none."""
        digits = number.removeprefix("+")
        beginnings = (digits[:length] for length in range(len(digits), 0, -1))
        return next((self.rates[prefix] for prefix in beginnings if prefix in self.rates), None)

    def price(self, number: str, seconds: int) -> Price:
        """What a call to *number* must cost. KeyError when the card has no rate for it."""
        rate = self.longest_match(number)
        if rate is None:
            raise KeyError(number)
        minutes = -(-seconds // MINUTE)
        return Price(minutes * rate.per_minute, minutes * MINUTE, rate.prefix)

    def unrated_number(self) -> str:
        """A number that begins with no prefix of the card."""
        candidates = (f"+{start}0000000" for start in range(999, 199, -1))
        return next(number for number in candidates if self.longest_match(number) is None)

    def ambiguous_number(self) -> str:
        """A masked number that matches two lines of the card: the hidden digits decide which."""
        whole = next(prefix for prefix in sorted(self.rates) if len(prefix) == 4 and prefix[:2] in self.rates)
        return f"+{whole[:2]}{'*' * 9}"
