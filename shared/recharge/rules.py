"""What operators set about auto-recharge (R3): pauses and limits that hold for every account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class RechargeRules:
    """*largest_charge_pause*: how long to wait after a charge that the largest charge kept too small. *largest*: the
    largest single charges by currency, in micro-units, that differ from what the payment provider takes.
    """

    largest_charge_pause: timedelta
    largest: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
