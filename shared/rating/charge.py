"""The price of a call and its explanation (R9). Only this module rounds a price."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.kernel.money import Money
from shared.rating.rate_card import Rate, RateCard

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a charge was calculated: amount = connection fee + per minute * billed seconds / 60, rounded half up to the
    micro-unit. Free seconds were paid by a pool and are not among the billed ones.
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


def charge(card: RateCard, rate: Rate, seconds: int) -> Charge:
    """The price of a call of *seconds* at *rate* of *card*. Source: CONTRACT 1, Price.

    A call of 0 s was not answered and costs nothing, not even the connection fee.
    """
    billed = billed_seconds(rate, seconds)
    fee = rate.connection_fee if billed else 0
    explanation = Explanation(
        card=card.name,
        prefix=rate.prefix,
        destination=rate.name,
        per_minute=Money(rate.per_minute, card.currency),
        connection_fee=Money(fee, card.currency),
        seconds=seconds,
        billed_seconds=billed,
        free_seconds=0,
    )
    return Charge(Money(fee + _price(rate.per_minute, billed), card.currency), explanation)


def explained_amount(facts: Mapping[str, Any]) -> int:
    """The micro-units that an explanation's `facts` add up to. Those of a free call name no rate."""
    return int(facts.get("connectionFee", 0) + _price(facts.get("perMinute", 0), facts["billedSeconds"]))


def billed_seconds(rate: Rate, seconds: int) -> int:
    """max(*seconds*, minimum), rounded up to the increment; 0 stays 0."""
    if seconds < 0:
        message = "a call lasts 0 seconds or more"
        raise ValueError(message)
    if seconds == 0:
        return 0
    payable = max(seconds, rate.minimum_seconds)
    increments = -(-payable // rate.increment_seconds)
    return increments * rate.increment_seconds


def _price(per_minute: int, billed: int) -> int:
    # The only rounding, half up, in whole numbers: floor(x / 60 + 1/2) = floor((x + 30) / 60). Nothing is rounded
    # before: billed seconds are whole increments, the rate is in whole micro-units, and the fee needs no rounding.
    return (per_minute * billed + MINUTE // 2) // MINUTE
