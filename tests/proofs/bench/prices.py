"""What Azure asks for, as far as a call costs it: the unit prices of infra/prices.json, in US dollars.

Inputs, not findings: check them on the price pages before you rely on what is computed from them.
"""

import json
from dataclasses import dataclass

from local.machine.paths import ROOT

_FILE = json.loads((ROOT / "infra" / "prices.json").read_text())
_PRICES = _FILE["prices"]

ASSUMED_ON = str(_FILE["asOf"])


@dataclass(frozen=True, slots=True)
class Price:
    """*dollars* for each *units* of something."""

    dollars: float
    units: float

    def of(self, amount: float) -> float:
        """Dollars for *amount*."""
        return self.dollars * amount / self.units


QUEUE_REQUESTS = Price(_PRICES["queueOperations10k"], 10_000)
TABLE_REQUESTS = Price(_PRICES["tableTransactions10k"], 10_000)
"""A transaction of up to a hundred rows is one request."""

STORED_GIGABYTE_MONTHS = Price(_PRICES["ledgerGB"], 1)
EXECUTIONS = Price(_PRICES["executionsMillion"], 1_000_000)
GIGABYTE_SECONDS = Price(_PRICES["onDemandGBs"], 1)
"""Of an instance on demand, while it works (Flex Consumption)."""

INSTANCE_GIGABYTES = 2
"""The memory of an instance."""
