"""The price of a call and its explanation (R9). Only this module rounds a price."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.kernel.money import Money
from shared.rating.rate_card import Rate

MINUTE = 60


class Tariff(Protocol):
    """What a price is made of: money in micro-units, times in seconds. Rates and the terms of a hold have it."""

    @property
    def per_minute(self) -> int:
        """The price of a minute."""
        ...

    @property
    def connection_fee(self) -> int:
        """What a charged call costs before its first second."""
        ...

    @property
    def minimum_seconds(self) -> int:
        """The shortest time that is billed."""
        ...

    @property
    def increment_seconds(self) -> int:
        """The steps in which billed time grows."""
        ...


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a charge was calculated: amount = connection fee + per minute * billed seconds / 60, rounded half up to the
    micro-unit. Free seconds were paid by a pool or an included destination and are not among the billed ones.
    """

    card: str
    prefix: str
    destination: str
    per_minute: Money
    connection_fee: Money
    seconds: int
    billed_seconds: int
    free_seconds: int

    def facts(self) -> dict[str, object]:
        """The explanation for a journal page: the contract's names, money in micro-units of the account's currency. It
        is short, because a group of debits shares one page.
        """
        return {
            "card": self.card,
            "prefix": self.prefix,
            "destination": self.destination,
            "perMinute": self.per_minute.micros,
            "connectionFee": self.connection_fee.micros,
            "seconds": self.seconds,
            "billedSeconds": self.billed_seconds,
            "freeSeconds": self.free_seconds,
        }


@dataclass(frozen=True, slots=True)
class Charge:
    """The price of one call, with its explanation."""

    amount: Money
    explanation: Explanation


def charge(card: str, currency: str, rate: Rate, *, seconds: int, free: int) -> Charge:
    """The price of a call of *seconds* at *rate* of *card*, of which a pool or an included destination pays up to
    *free* billed seconds. Source: CONTRACT 1, Price, and "What is free first".

    The whole call is rounded first. The connection fee is due if any second is charged. A call of 0 s was not answered
    and costs nothing, not even the connection fee.
    """
    whole = billed_seconds(rate, seconds)
    billed = max(0, whole - free)
    explanation = Explanation(
        card=card,
        prefix=rate.prefix,
        destination=rate.name,
        per_minute=Money(rate.per_minute, currency),
        connection_fee=Money(rate.connection_fee if billed else 0, currency),
        seconds=seconds,
        billed_seconds=billed,
        free_seconds=whole - billed,
    )
    return Charge(Money(price_of(rate, whole, free), currency), explanation)


def price_of(tariff: Tariff, whole: int, free: int) -> int:
    """The micro-units of a call of *whole* billed seconds, of which up to *free* are not charged."""
    billed = max(0, whole - free)
    return tariff.connection_fee + _price(tariff.per_minute, billed) if billed else 0


def explained_amount(facts: Mapping[str, Any]) -> int:
    """The micro-units that an explanation's `facts` add up to. Those of a free call name no rate."""
    return int(facts.get("connectionFee", 0) + _price(facts.get("perMinute", 0), facts["billedSeconds"]))


def billed_seconds(tariff: Tariff, seconds: int) -> int:
    """max(*seconds*, minimum), rounded up to the increment; 0 stays 0."""
    if seconds < 0:
        message = "a call lasts 0 seconds or more"
        raise ValueError(message)
    if seconds == 0:
        return 0
    payable = max(seconds, tariff.minimum_seconds)
    increments = -(-payable // tariff.increment_seconds)
    return increments * tariff.increment_seconds


def _price(per_minute: int, billed: int) -> int:
    # The only rounding, half up, in whole numbers: floor(x / 60 + 1/2) = floor((x + 30) / 60). Nothing is rounded
    # before: billed seconds are whole increments, the rate is in whole micro-units, and the fee needs no rounding.
    return (per_minute * billed + MINUTE // 2) // MINUTE
