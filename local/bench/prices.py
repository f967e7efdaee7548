"""What Azure asks for, as far as a call costs it.

Inputs, not findings: check them on the price pages before you rely on what is computed from them.
"""

from dataclasses import dataclass

ASSUMED_IN = "November 2026"
"""When these were written down: US dollars, locally redundant storage, a region of the USA, no free grant."""


@dataclass(frozen=True, slots=True)
class Price:
    """*dollars* for each *units* of something."""

    dollars: float
    units: float

    def of(self, amount: float) -> float:
        """Dollars for *amount*."""
        return self.dollars * amount / self.units


QUEUE_REQUESTS = Price(0.004, 10_000)
TABLE_REQUESTS = Price(0.00036, 10_000)
"""A transaction of up to a hundred rows is one request."""

STORED_GIGABYTE_MONTHS = Price(0.045, 1)
EXECUTIONS = Price(0.40, 1_000_000)
GIGABYTE_SECONDS = Price(0.000026, 1)
"""Of an instance on demand, while it works (Flex Consumption)."""

INSTANCE_GIGABYTES = 2
"""The memory of an instance."""
