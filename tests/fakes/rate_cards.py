"""Rate cards in memory; tests/contracts holds them to the port's promises."""

from collections.abc import Sequence
from datetime import datetime

from shared.ports import UnavailableError
from shared.rating.rate_card import CardVersion, RateCard


class FakeRateCards:
    """*down* makes every call fail as if storage could not be reached."""

    def __init__(self) -> None:
        self.down = False
        self._cards: dict[tuple[str, datetime], RateCard] = {}

    async def in_force(self, card: str, at: datetime) -> RateCard | None:
        self._reach()
        known = [key for key in self._cards if key[0] == card and key[1] <= at]
        return self._cards[max(known)] if known else None

    async def in_force_uncached(self, card: str, at: datetime) -> RateCard | None:
        return await self.in_force(card, at)

    async def versions(self) -> Sequence[CardVersion]:
        self._reach()
        return [
            CardVersion(card.name, card.currency, card.valid_from, len(card.rates))
            for _, card in sorted(self._cards.items())
        ]

    async def publish(self, card: RateCard) -> None:
        self._reach()
        self._cards[card.name, card.valid_from] = card

    def _reach(self) -> None:
        if self.down:
            raise UnavailableError("the rate cards cannot be reached")
