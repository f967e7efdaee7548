"""A rate card: published prices by destination prefix, in one currency, in force from one instant (R9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of calls to one prefix. Money in micro-units of the card's currency; times in seconds."""

    prefix: str
    name: str
    type: str
    country: str
    per_minute: int
    connection_fee: int
    minimum_seconds: int
    increment_seconds: int


@dataclass(frozen=True, slots=True)
class CardVersion:
    """One version of one card, without its rates."""

    name: str
    currency: str
    valid_from: datetime
    rates: int


@dataclass(frozen=True, slots=True)
class RateCard:
    """One version with its rates by prefix (digits only, no plus)."""

    name: str
    currency: str
    valid_from: datetime
    rates: Mapping[str, Rate]
