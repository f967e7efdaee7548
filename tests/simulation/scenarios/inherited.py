"""An account with more lots than a commit can close, as an earlier release let it have: worked off in portions."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from shared.ledger.book import Book, Funding, LotSource
from shared.ledger.change import Change, EventName
from shared.ledger.grant import Funds, grant
from shared.posting.decision import Decision, event
from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.people import Wish, arms, grants, stores_card
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together

BEGAN = START - timedelta(hours=9)


@dataclass
class Inherited(Scenario):
    """Calls that spend all of the lots, or lapses that take them, with a card that is to be charged meanwhile."""

    horizon: ClassVar[float] = 8 * 86_400.0
    lots_max: ClassVar[float] = math.inf
    rows_min: ClassVar[int] = 30

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        chance = sim.chance.work
        lasts = timedelta(hours=chance.choice((5, 30, 900)))
        for number in range(chance.choice((50, 70, 110))):
            await self._inherited(sim, number, START + lasts)
        if chance.random() < 0.5:
            await stores_card(sim, ONE, "pm_card_visa")
            await arms(sim, ONE, 20 * UNIT, 50 * UNIT)

    async def _inherited(self, sim: Simulation, number: int, expires_at: datetime) -> None:
        """A lot of one unit, booked past the limit to which every request is held."""
        origin = EventName("grant", f"inherited {number}")
        funds = Funds(UNIT, LotSource.GRANT, Funding.PAID, origin, charged_at=BEGAN, expires_at=expires_at)

        def decide(book: Book, now: datetime) -> Change:
            return grant(book, funds, now=now)

        worker = sim.running()
        assert worker is not None
        await worker.services.ledger.post(ONE, Decision(decide, event("inherited", str(number), content="")))

    async def work(self, sim: Simulation) -> None:
        longest = sim.chance.work.choice((2.0, 600.0, 2 * 86_400.0))
        await together(self._calling(sim, longest), self._granting(sim, longest))
        await pause(sim, 6 * 86_400.0)

    async def _calling(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.chance.work.randint(1, 3)):
            await pause(sim, longest)
            seconds = sim.chance.work.choice((600, 6_000, 12_000))
            self.sends(sim, call(ONE, f"call {number}", SEATTLE, seconds, BEGAN))

    async def _granting(self, sim: Simulation, longest: float) -> None:
        await pause(sim, 2 * longest)
        wish = Wish(ONE, "late", 5 * UNIT)
        self.grants.append(wish)
        await grants(sim, wish)
