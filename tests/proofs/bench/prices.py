"""Azure's unit prices that determine the cost of a call, from infra/prices.json, in US dollars.

They are inputs, not measurements: check them on Azure's price pages before you rely on results.
"""

import json
from dataclasses import dataclass

from local.machine.paths import ROOT

_FILE = json.loads((ROOT / "infra" / "prices.json").read_text())
_PRICES = _FILE["prices"]

ASSUMED_ON = str(_FILE["asOf"])


@dataclass(frozen=True, slots=True)
class Price:
    """A price of *dollars* per *units*."""

    dollars: float
    units: float

    def of(self, amount: float) -> float:
        """The dollars for *amount*."""
        return self.dollars * amount / self.units


QUEUE_REQUESTS = Price(_PRICES["queueOperations10k"], 10_000)
TABLE_REQUESTS = Price(_PRICES["tableTransactions10k"], 10_000)
"""A transaction of up to a hundred rows is one request."""

STORED_GIGABYTE_MONTHS = Price(_PRICES["ledgerGB"], 1)
EXECUTIONS = Price(_PRICES["executionsMillion"], 1_000_000)
GIGABYTE_SECONDS = Price(_PRICES["onDemandGBs"], 1)
"""The price of an on-demand instance while it executes (Flex Consumption)."""

INSTANCE_GIGABYTES = 2
"""The memory of an instance."""
