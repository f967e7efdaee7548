"""Dated rate cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.rating.rate_card import CardVersion, RateCard


@dataclass(frozen=True, slots=True)
class OtherCurrency:
    """The card is in *currency*, for good: its first publication decided that."""

    currency: str


class RateCards(Protocol):
    """Dated rate cards. A version is published whole or not at all. All methods raise `UnavailableError`."""

    async def in_force(self, card: str, at: datetime) -> RateCard | None:
        """The card's latest version whose validFrom is at or before *at*. It may be some seconds old."""
        ...

    async def in_force_uncached(self, card: str, at: datetime) -> RateCard | None:
        """The same as stored now. Use it before concluding that there is no rate."""
        ...

    async def versions(self) -> Sequence[CardVersion]:
        """Every version of every card, by name and validFrom."""
        ...

    async def publish(self, card: RateCard) -> OtherCurrency | None:
        """Store *card* as its version, replacing one with the same name and validFrom. If the card is in another
        currency, nothing is stored, also when both publications arrive at once.
        """
        ...
