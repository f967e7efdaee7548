"""Stored cards: set up with their holder, ordered, removed while they are charged; banks that ask the holder."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from shared.ports import SetupState
from shared.service.http import Reply
from shared.use_cases.cards.change_cards import list_cards, order_card, remove_card
from tests.fakes.world import START
from tests.simulation.engine.client import send_until_answered
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, request, send_auto_recharge, send_card, send_grant

METHODS = ("pm_card_visa", "pm_card_mastercard", "pm_card_authenticationRequired", "pm_card_radarBlock")
OUTCOMES = ("succeed", "authentication_required", "lost_card", "insufficient_funds", "processing")
DAY = 86_400.0
BEGAN = START - timedelta(hours=12)


@dataclass
class StoredCards(Scenario):
    """Up to three cards, a trigger of 20, calls of about 30 dollars; an administrator changes the cards meanwhile."""

    horizon: ClassVar[float] = 2 * DAY

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        rng = sim.randomness.work
        sim.provider.odds = rng.choice((0.0, 0.5, 0.9))
        sim.provider.outcomes = OUTCOMES
        self.grants.append(UserRequest(ONE, "first", 40 * UNIT))
        await send_grant(sim, self.grants[0])
        for method in rng.sample(METHODS, rng.randint(1, 3)):
            await self._store(sim, method)
        await send_auto_recharge(sim, ONE, 20 * UNIT, 50 * UNIT)

    async def run(self, sim: Simulation) -> None:
        longest = sim.randomness.work.choice((1.0, 300.0, 30_000.0))
        await together(self._calls(sim, longest), self._administrator(sim, longest))

    async def _calls(self, sim: Simulation, longest: float) -> None:
        for number in range(sim.randomness.work.randint(2, 5)):
            self.send_usage(sim, call(ONE, f"call {number}", SEATTLE, 3600, BEGAN))
            await pause(sim, longest)

    async def _administrator(self, sim: Simulation, longest: float) -> None:
        rng = sim.randomness.work
        for _ in range(rng.choice((1, 3, 5))):
            await pause(sim, longest)
            cards = await self._cards(sim)
            match rng.choice(("remove", "remove", "order", "store", "arm")):
                case "remove" if cards:
                    asked = request(ONE, method=rng.choice(cards)["id"])
                    await send_until_answered(sim, remove_card, asked, "admin")
                case "order" if cards:
                    asked = request(ONE, {"order": rng.randint(1, 3)}, method=rng.choice(cards)["id"])
                    await send_until_answered(sim, order_card, asked, "admin")
                case "arm":
                    await send_auto_recharge(sim, ONE, 20 * UNIT, 50 * UNIT)
                case _:
                    await self._store(sim, rng.choice(METHODS))

    async def _store(self, sim: Simulation, method: str) -> None:
        """Store a card. If its bank asks, the holder confirms now or never; the next read stores the card."""
        await send_card(sim, ONE, method)
        for name, setup in list(sim.provider.setups.items()):
            if setup.state is SetupState.REQUIRES_ACTION and sim.randomness.work.random() < 0.7:
                sim.provider.authenticate(name)
        await self._cards(sim)

    async def _cards(self, sim: Simulation) -> list[dict[str, Any]]:
        answer, _ = await send_until_answered(sim, list_cards, request(ONE), "admin")
        shown: Any = answer.value if isinstance(answer, Reply) else {"items": []}
        return list(shown["items"])
