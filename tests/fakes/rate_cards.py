"""The port `RateCards` in memory; tests/contracts check that it keeps the port's contract."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.ports import OtherCurrency, UnavailableError
from shared.rating.rate_card import CardVersion, RateCard


class FakeRateCards:
    """If *down* is true, every call fails as if storage were unavailable."""

    def __init__(self) -> None:
        self.down = False
        self._cards: dict[tuple[str, datetime], RateCard] = {}

    async def in_force(self, card: str, at: datetime) -> RateCard | None:
        self._check_available()
        known = [key for key in self._cards if key[0] == card and key[1] <= at]
        return self._cards[max(known)] if known else None

    async def in_force_uncached(self, card: str, at: datetime) -> RateCard | None:
        return await self.in_force(card, at)

    async def versions(self) -> Sequence[CardVersion]:
        self._check_available()
        return [card.version for _, card in sorted(self._cards.items(), key=lambda item: item[0])]

    async def publish(self, card: RateCard) -> OtherCurrency | None:
        self._check_available()
        for (name, _), known in self._cards.items():
            if name == card.name and known.currency != card.currency:
                return OtherCurrency(known.currency)
        self._cards[card.name, card.valid_from] = card
        return None

    def convert(self, name: str, currency: str) -> None:
        """Put the card *name* into another currency, as only an intrusion into the storage could."""
        for key, card in self._cards.items():
            if card.name == name:
                self._cards[key] = replace(card, currency=currency)

    def _check_available(self) -> None:
        if self.down:
            raise UnavailableError("the rate cards cannot be reached")
