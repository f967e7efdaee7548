"""Auto-recharge: calls bring the balance to the trigger; charges succeed, are declined, or stay undecided."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.reconciliations import reconcile_at_random_times
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, send_auto_recharge, send_card, send_grant

OUTCOMES = (
    ("succeed",),
    ("succeed", "processing"),
    ("insufficient_funds", "generic_decline", "succeed"),
    ("lost_card", "expired_card"),
    ("processing", "insufficient_funds", "authentication_required", "lost_card", "succeed"),
)
"""The possible outcomes of confirmations in one run."""

DAY = 86_400.0
BEGAN = START - timedelta(hours=12)


@dataclass
class Recharging(Scenario):
    """One or two cards, a trigger of 20, calls of about 30 dollars: the trigger is reached several times."""

    horizon: ClassVar[float] = 2 * DAY

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        rng = sim.randomness.work
        sim.provider.odds = rng.choice((0.0, 0.3, 0.9))
        sim.provider.outcomes = rng.choice(OUTCOMES)
        user_request = UserRequest(ONE, "first", 40 * UNIT)
        self.grants.append(user_request)
        await send_grant(sim, user_request)
        await send_card(sim, ONE, rng.choice(("pm_card_visa", "pm_card_visa", "pm_card_chargeCustomerFail")))
        if rng.random() < 0.5:
            await send_card(sim, ONE, "pm_card_mastercard")
        await send_auto_recharge(sim, ONE, 20 * UNIT, 50 * UNIT)

    async def run(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        longest = rng.choice((1.0, 300.0, 30_000.0))
        await together(
            self._send_calls(sim, longest),
            self._administrator(sim, longest),
            reconcile_at_random_times(sim, 3 * longest),
        )
        if longest > 1000:
            await pause(sim, 2 * DAY)

    async def _send_calls(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.randomness.work.randint(2, 5)):
            seconds = sim.randomness.work.choice((600, 3600, 3600, 18_000))
            self.send_usage(sim, call(ONE, f"call {number}", SEATTLE, seconds, BEGAN))
            await pause(sim, longest)

    async def _administrator(self, sim: Simulation, longest: float) -> None:
        """Sometimes disable or enable auto-recharge, or store another card."""
        rng = sim.randomness.work
        for _ in range(rng.choice((0, 0, 1, 3))):
            await pause(sim, longest * 2)
            match rng.choice(("off", "on", "card")):
                case "off":
                    await send_auto_recharge(sim, ONE, 20 * UNIT, 50 * UNIT, enabled=False)
                case "on":
                    await send_auto_recharge(sim, ONE, 30 * UNIT, 50 * UNIT)
                case "card":
                    await send_card(sim, ONE, "pm_card_mastercard")
