"""An account with the maximum number of lots: what would open another is refused or waits, all else succeeds."""

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
from tests.simulation.engine.client import send_until_answered
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import LONDON, SEATTLE, call
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import (
    UserRequest,
    request,
    send_auto_recharge,
    send_card,
    send_grant,
    send_purchase,
)

SPENT = 9
"""Lots that were spent by one call each; corrections of these calls would reopen them."""

FIFTY_MINUTES = 3_000
"""Seconds of a call to London that costs one unit."""

BEGAN = START - timedelta(hours=9)


@dataclass
class Limits(Scenario):
    """Grants, corrections, purchases and recharges; calls spend lots now and then."""

    horizon: ClassVar[float] = 6 * 3600.0
    rows_min: ClassVar[int] = 15

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        for number in range(SPENT):
            await self._grant(sim, f"spent {number}", 1)
        self.send_usage(sim, *(call(ONE, f"first {number}", LONDON, FIFTY_MINUTES, BEGAN) for number in range(SPENT)))
        await asyncio.sleep(60.0)
        for number in range(OPEN_LOTS_MAX - sim.randomness.work.randint(0, 2)):
            await self._grant(sim, f"there {number}", 2)
        if sim.randomness.work.random() < 0.5:
            await send_card(sim, ONE, "pm_card_visa")
            await send_auto_recharge(sim, ONE, 75 * UNIT, 50 * UNIT)

    async def run(self, sim: Simulation) -> None:
        longest = sim.randomness.work.choice((2.0, 60.0, 1_800.0))
        await together(
            self._correct(sim, longest),
            self._grant_late(sim, longest),
            self._buy(sim, longest),
            self._send_calls(sim, longest),
        )

    async def _grant(self, sim: Simulation, reference: str, units: int) -> None:
        user_request = UserRequest(ONE, reference, units * UNIT)
        self.grants.append(user_request)
        await send_grant(
            sim, user_request, instant_text(START + timedelta(hours=sim.randomness.work.choice((9, 90, 900))))
        )

    async def _grant_late(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.randomness.work.randint(1, 3)):
            await pause(sim, longest)
            await self._grant(sim, f"late {number}", 3)

    async def _buy(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.randomness.work.randint(0, 2)):
            await pause(sim, longest)
            user_request = UserRequest(ONE, f"purchase {number}", (50 + number) * UNIT)
            self.purchases.append(user_request)
            await send_purchase(
                sim, user_request, sim.randomness.work.choice(("pm_card_visa", "pm_card_authenticationRequired"))
            )

    async def _send_calls(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.randomness.work.randint(0, 2)):
            await pause(sim, 2 * longest)
            self.send_usage(sim, call(ONE, f"call {number}", SEATTLE, sim.randomness.work.choice((600, 6_000)), BEGAN))

    async def _correct(self, sim: Simulation, longest: float) -> None:
        """Report the calls that spent the first lots with no duration, and accept the conflicts one after another."""
        self.send_usage(sim, *(call(ONE, f"first {number}", LONDON, 0, BEGAN) for number in range(SPENT)))
        for _ in range(2):
            await pause(sim, longest)
            answer, _ = await send_until_answered(sim, list_suspense, Request(None, {}, {}, {}, b""), "operator")
            assert not isinstance(answer, ProblemError)
            for item in answer.value["items"]:  # type: ignore[index]
                accepted, _ = await send_until_answered(sim, accept_conflict, request(ONE, item=item["id"]), "operator")
                if isinstance(accepted, ProblemError) and accepted.code not in {"too_many_lots", "invalid_request"}:
                    sim.fail(f"item {item['id']}: accepting it answered {accepted.code}")
