"""What a call costs, worked out once more: from the published list and the contract alone, sharing nothing with the
service's own rating.
"""

import csv
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from pathlib import Path

MICRO = Decimal("0.000001")
MINUTE = 60


class Tariff:
    """A list in the published form: prices a minute, by prefix, every begun minute counted."""

    def __init__(self, prices: Mapping[str, Decimal]) -> None:
        self._prices = prices

    @classmethod
    def read(cls, file: Path) -> "Tariff":
        """The list in a CSV file."""
        with file.open(newline="") as lines:
            return cls({row["Prefix"]: Decimal(row["Price / min"]) for row in csv.DictReader(lines)})

    @property
    def prefixes(self) -> Sequence[str]:
        """Every prefix that has a price."""
        return sorted(self._prices)

    def price(self, number: str, seconds: int) -> Decimal:
        """What a call to *number*, written with its plus, costs; KeyError when the list does not reach it."""
        digits = number.removeprefix("+")
        known = [digits[:length] for length in range(len(digits), 0, -1) if digits[:length] in self._prices]
        per_minute = self._prices[known[0] if known else digits]
        billed = ceil(max(seconds, MINUTE) / MINUTE) if seconds else 0
        return (per_minute * billed).quantize(MICRO, ROUND_HALF_UP)
