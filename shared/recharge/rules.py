"""What operators set about auto-recharge (R3): pauses and limits that hold for every account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

BURST_MAX = 10
"""One charge closes the whole gap, and calls take days to spend it. Ten charges in an hour are a settings mistake, such
as an amount far below what an hour of calls costs, or fraud.
"""

BURST_MAX_MOST = 60
"""The most that an operator may set: the times of all charges within an hour are stored in the head and in pages."""


@dataclass(frozen=True, slots=True)
class RechargeRules:
    """*largest_charge_pause*: how long to wait after a charge that the largest charge kept too small. *burst_max*: how
    often cards may be charged within an hour. *largest*: the largest single charges by currency, in micro-units, that
    differ from what the payment provider takes.
    """

    largest_charge_pause: timedelta
    burst_max: int = BURST_MAX
    largest: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
