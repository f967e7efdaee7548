"""A burst of toll fraud: a thief's calls beside usual ones, an administrator who releases the brake now and then."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from shared.use_cases.brake.release_brake import release_brake
from shared.use_cases.brake.set_brake import set_brake
from shared.use_cases.calls.authorise_call import authorise_call
from tests.fakes.world import START
from tests.simulation.engine.client import send_until_answered, send_until_tired
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import LONDON, SEATTLE, call
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import (
    UserRequest,
    money,
    request,
    send_auto_recharge,
    send_card,
    send_grant,
)


@dataclass
class TollFraud(Scenario):
    """A thief's calls of fifteen dollars each; a user may cost twenty an hour. Auto-recharge would pay for them."""

    horizon: ClassVar[float] = 86_400.0

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        first = UserRequest(ONE, "first", 60 * UNIT)
        self.grants.append(first)
        await send_grant(sim, first)
        await send_card(sim, ONE, "pm_card_visa")
        await send_auto_recharge(sim, ONE, 40 * UNIT, 50 * UNIT)
        body = {"enabled": True, "perUserPerHour": money(20 * UNIT), "sensitivity": 0.5}
        await send_until_answered(sim, set_brake, request(ONE, body, {"if-match": "*"}), "portal")

    async def run(self, sim: Simulation) -> None:
        longest = sim.randomness.work.choice((1.0, 300.0, 7_200.0))
        await together(self._steal(sim, longest), self._work(sim, longest), self._release(sim, longest))

    async def _steal(self, sim: Simulation, longest: float) -> None:
        rng = sim.randomness.work
        for number in range(rng.randint(3, 8)):
            if rng.random() < 0.3:
                question = {"direction": "out", "service": "user", "user": "thief", "called": SEATTLE}
                asked = request(ONE, {**question, "wantedSeconds": 1800}, leg=f"leg {number}")
                await send_until_tired(sim, authorise_call, asked, "telephony")
            began = sim.now() - timedelta(hours=4)
            stolen = call(ONE, f"theft {number}", SEATTLE, 1_780, began, user="thief", leg=f"leg {number}")
            self.send_usage(sim, stolen)
            await pause(sim, longest)

    async def _work(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.randomness.work.randint(0, 4)):
            self.send_usage(sim, call(ONE, f"work {number}", LONDON, 600, START - timedelta(hours=5)))
            await pause(sim, longest)

    async def _release(self, sim: Simulation, longest: float) -> None:
        for _ in range(sim.randomness.work.choice((0, 1, 2))):
            await pause(sim, 3 * longest)
            await send_until_tired(sim, release_brake, request(ONE), "portal")
