"""Rate cards: published prices by destination prefix, in one currency, in force from one instant (R9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    """Whether a rate prices calls that the organisation makes, or toll-free calls that it receives (R9)."""

    OUT = "out"
    IN = "in"


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
    """One version of one card, without its rates; *rates* is their number, in both directions."""

    name: str
    currency: str
    valid_from: datetime
    rates: int


@dataclass(frozen=True, slots=True)
class RateCard:
    """One version with its rates by prefix (digits only, no plus): *rates* of direction out, *inbound* of direction in.
    *prefixes* and *inbound_prefixes* are the same prefixes, sorted.
    """

    name: str
    currency: str
    valid_from: datetime
    rates: Mapping[str, Rate]
    inbound: Mapping[str, Rate] = field(default_factory=dict)
    prefixes: tuple[str, ...] = field(init=False, repr=False, compare=False)
    inbound_prefixes: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Sorted once, for masked numbers: the prefixes that begin with the visible digits are then next to each other.
        # In nine countries every outbound number is masked.
        object.__setattr__(self, "prefixes", tuple(sorted(self.rates)))
        object.__setattr__(self, "inbound_prefixes", tuple(sorted(self.inbound)))

    @property
    def version(self) -> CardVersion:
        """The card without its rates; it counts those of both directions."""
        return CardVersion(self.name, self.currency, self.valid_from, len(self.rates) + len(self.inbound))

    def rates_of(self, direction: Direction) -> Mapping[str, Rate]:
        """The rates of one direction, by prefix."""
        return self.rates if direction is Direction.OUT else self.inbound

    def prefixes_of(self, direction: Direction) -> tuple[str, ...]:
        """The prefixes of one direction, sorted."""
        return self.prefixes if direction is Direction.OUT else self.inbound_prefixes
