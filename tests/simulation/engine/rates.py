"""The `RateCards` port of one worker on shared cards."""

from collections.abc import Sequence
from datetime import datetime

from shared.ports import UnavailableError
from shared.rating.rate_card import CardVersion, RateCard
from tests.fakes.rate_cards import FakeRateCards
from tests.simulation.engine.faults import Call, Kind
from tests.simulation.engine.virtual_time import at_once
from tests.simulation.engine.worker import Worker

READ, PUBLISH = Call("rates.read", Kind.READ), Call("rates.publish", Kind.WRITE)


class WorkerRates:
    """*in_force* returns what this worker has cached; only *fresh* reads new versions."""

    def __init__(self, worker: Worker, cards: FakeRateCards) -> None:
        self._worker = worker
        self._cards = cards
        self._known: dict[str, RateCard] = {}

    async def in_force(self, card: str, at: datetime) -> RateCard | None:
        known = self._known.get(card)
        return known if known is not None and known.valid_from <= at else await self.in_force_uncached(card, at)

    async def in_force_uncached(self, card: str, at: datetime) -> RateCard | None:
        found = await self._worker.reach(
            READ, lambda: at_once(self._cards.in_force_uncached(card, at)), UnavailableError, card
        )
        if found is not None:
            self._known[card] = found
        return found

    async def versions(self) -> Sequence[CardVersion]:
        return await self._cards.versions()

    async def publish(self, card: RateCard) -> None:
        await self._worker.reach(PUBLISH, lambda: at_once(self._cards.publish(card)), UnavailableError, card.name)
