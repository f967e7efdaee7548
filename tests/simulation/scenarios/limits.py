"""An account as full as it may be: what would open one lot too many is refused or waits, everything else goes on."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from shared.kernel.times import instant_text
from shared.ledger.book import OPEN_LOTS_MAX
from shared.service.http import ProblemError, Request
from shared.use_cases.suspense.accept_conflict import accept_conflict
from shared.views.suspense import list_suspense
from tests.fakes.world import START
from tests.simulation.engine.client import insisted
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import LONDON, SEATTLE, call
from tests.simulation.scenarios.people import Wish, arms, buys, grants, request, stores_card
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together

SPENT = 9
"""Lots that calls have spent, one each; corrections of these calls would open them again."""

FIFTY_MINUTES = 3_000
"""Seconds of a call to London that costs one unit."""

BEGAN = START - timedelta(hours=9)


@dataclass
class Limits(Scenario):
    """Operators grant and correct, a buyer buys, a card is to be charged; calls make room now and then."""

    horizon: ClassVar[float] = 6 * 3600.0
    rows_min: ClassVar[int] = 15

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        for number in range(SPENT):
            await self._granted(sim, f"spent {number}", 1)
        self.sends(sim, *(call(ONE, f"first {number}", LONDON, FIFTY_MINUTES, BEGAN) for number in range(SPENT)))
        await asyncio.sleep(60.0)
        for number in range(OPEN_LOTS_MAX - sim.chance.work.randint(0, 2)):
            await self._granted(sim, f"there {number}", 2)
        if sim.chance.work.random() < 0.5:
            await stores_card(sim, ONE, "pm_card_visa")
            await arms(sim, ONE, 75 * UNIT, 50 * UNIT)

    async def work(self, sim: Simulation) -> None:
        longest = sim.chance.work.choice((2.0, 60.0, 1_800.0))
        await together(
            self._corrected(sim, longest),
            self._granting(sim, longest),
            self._buying(sim, longest),
            self._calling(sim, longest),
        )

    async def _granted(self, sim: Simulation, reference: str, units: int) -> None:
        wish = Wish(ONE, reference, units * UNIT)
        self.grants.append(wish)
        await grants(sim, wish, instant_text(START + timedelta(hours=sim.chance.work.choice((9, 90, 900)))))

    async def _granting(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.chance.work.randint(1, 3)):
            await pause(sim, longest)
            await self._granted(sim, f"late {number}", 3)

    async def _buying(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.chance.work.randint(0, 2)):
            await pause(sim, longest)
            wish = Wish(ONE, f"purchase {number}", (50 + number) * UNIT)
            self.purchases.append(wish)
            await buys(sim, wish, sim.chance.work.choice(("pm_card_visa", "pm_card_authenticationRequired")))

    async def _calling(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.chance.work.randint(0, 2)):
            await pause(sim, 2 * longest)
            self.sends(sim, call(ONE, f"call {number}", SEATTLE, sim.chance.work.choice((600, 6_000)), BEGAN))

    async def _corrected(self, sim: Simulation, longest: float) -> None:
        """The calls that spent the first lots never were; one conflict after another is accepted."""
        self.sends(sim, *(call(ONE, f"first {number}", LONDON, 0, BEGAN) for number in range(SPENT)))
        for _ in range(2):
            await pause(sim, longest)
            answer, _ = await insisted(sim, list_suspense, Request(None, {}, {}, {}, b""), "operator")
            assert not isinstance(answer, ProblemError)
            for item in answer.value["items"]:  # type: ignore[index]
                accepted, _ = await insisted(sim, accept_conflict, request(ONE, item=item["id"]), "operator")
                if isinstance(accepted, ProblemError) and accepted.code not in {"too_many_lots", "invalid_request"}:
                    sim.fail(f"item {item['id']}: accepting it answered {accepted.code}")
