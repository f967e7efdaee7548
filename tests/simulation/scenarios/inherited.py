"""An account with more lots than a commit can close, as earlier releases allowed: they are closed in portions."""

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
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, send_auto_recharge, send_card, send_grant

BEGAN = START - timedelta(hours=9)


@dataclass
class Inherited(Scenario):
    """Calls that spend all the lots, or lapses of the lots, while a card may be charged."""

    horizon: ClassVar[float] = 8 * 86_400.0
    lots_max: ClassVar[float] = math.inf
    rows_min: ClassVar[int] = 30

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        rng = sim.randomness.work
        lasts = timedelta(hours=rng.choice((5, 30, 900)))
        for number in range(rng.choice((50, 70, 110))):
            await self._grant_inherited(sim, number, START + lasts)
        if rng.random() < 0.5:
            await send_card(sim, ONE, "pm_card_visa")
            await send_auto_recharge(sim, ONE, 20 * UNIT, 50 * UNIT)

    async def _grant_inherited(self, sim: Simulation, number: int, expires_at: datetime) -> None:
        """Grant a lot of one unit without the limit that applies to requests."""
        origin = EventName("grant", f"inherited {number}")
        funds = Funds(UNIT, LotSource.GRANT, Funding.PAID, origin, charged_at=BEGAN, expires_at=expires_at)

        def decide(book: Book, now: datetime) -> Change:
            return grant(book, funds, now=now)

        worker = sim.running()
        assert worker is not None
        await worker.services.ledger.post(ONE, Decision(decide, event("inherited", str(number), content="")))

    async def run(self, sim: Simulation) -> None:
        longest = sim.randomness.work.choice((2.0, 600.0, 2 * 86_400.0))
        await together(self._send_calls(sim, longest), self._grant_late(sim, longest))
        await pause(sim, 6 * 86_400.0)

    async def _send_calls(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.randomness.work.randint(1, 3)):
            await pause(sim, longest)
            seconds = sim.randomness.work.choice((600, 6_000, 12_000))
            self.send_usage(sim, call(ONE, f"call {number}", SEATTLE, seconds, BEGAN))

    async def _grant_late(self, sim: Simulation, longest: float) -> None:
        await pause(sim, 2 * longest)
        user_request = UserRequest(ONE, "late", 5 * UNIT)
        self.grants.append(user_request)
        await send_grant(sim, user_request)
