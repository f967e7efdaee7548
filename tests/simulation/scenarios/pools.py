"""Minute pools at their edge: concurrent calls, licences, changed subscriptions, corrections, the end of a month."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from shared.ledger.book import Book
from shared.ledger.change import Change
from shared.ledger.entitlements import Agreement, Assignment, Channel, Licence, Subscription
from shared.ports import UnavailableError
from shared.posting.decision import Decision
from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.accepting import accept_conflicts
from tests.simulation.scenarios.calls import LONDON, SEATTLE
from tests.simulation.scenarios.scenario import ONE, UNIT, pause, together
from tests.simulation.scenarios.telephony import Telephony
from tests.simulation.scenarios.user_requests import UserRequest, send_grant

PLANS = ("MCOPSTN5", "MCOPSTN8")
"""Both have 120 minutes a licence: the first for all users together, the second for each user."""

SIZE = 120 * 60
"""Seconds of one licence."""

USERS = ("u-1", "u-2", "u-3")

DAY = 86_400.0


@dataclass
class Pools(Telephony):
    """Calls of long-wanted minutes against a pool of two hours, and little credit beside it."""

    horizon: ClassVar[float] = DAY
    has_pools: ClassVar[bool] = True
    size_max: int = SIZE

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        rng = sim.randomness.work
        if rng.random() < 0.4:
            await asyncio.sleep(_until_month_ends(sim) - rng.choice((1.0, 60.0, 1_800.0)))
        plan = rng.choice(PLANS)
        self.capability = rng.choice((plan, plan, None))
        await self._change(sim, self._subscribed(plan, 1))
        if self.capability is None or rng.random() < 0.5:
            for user in USERS[: rng.randint(1, 3)]:
                await self._change(sim, self._licensed(user, plan), user)
        user_request = UserRequest(ONE, "credit", rng.choice((1, 4 * UNIT, 40 * UNIT)))
        self.grants.append(user_request)
        await send_grant(sim, user_request)

    async def run(self, sim: Simulation) -> None:
        rng = sim.randomness.work
        longest = rng.choice((2.0, 300.0, 3_000.0))
        calls = (self._call(sim, number, longest) for number in range(rng.randint(4, 12)))
        await together(*calls, self._administer(sim, longest), accept_conflicts(sim, longest))

    async def _call(self, sim: Simulation, number: int, longest: float) -> None:
        rng = sim.randomness.work
        await pause(sim, rng.choice((0.1, longest)))
        await self.make_call(sim, number, rng.choice(USERS), rng.choice((LONDON, SEATTLE, SEATTLE, SEATTLE)), longest)

    async def _administer(self, sim: Simulation, longest: float) -> None:
        """Sometimes change the subscriptions or assign a licence while calls are under way."""
        rng = sim.randomness.work
        for _ in range(rng.choice((0, 0, 1, 3))):
            await pause(sim, longest)
            plan = rng.choice(PLANS)
            if rng.random() < 0.5:
                await self._change(sim, self._subscribed(plan, rng.randint(0, 2)))
            else:
                user = rng.choice(USERS)
                await self._change(sim, self._licensed(user, plan), user)

    def _subscribed(self, plan: str, licences: int) -> Callable[[Book, datetime], Change]:
        self.size_max = max(self.size_max, licences * SIZE)
        subscription = Subscription(
            f"{plan} {licences}", plan, licences, "US", Channel.DIRECT, Agreement.WEB, START - timedelta(days=300)
        )

        def decide(book: Book, _now: datetime) -> Change:
            return Change(entitlements=replace(book.entitlements, subscriptions=(subscription,)))

        return decide

    def _licensed(self, user: str, plan: str) -> Callable[[Book, datetime], Change]:
        licence = Licence(user, (Assignment(START - timedelta(days=300), None, plan, "US"),))

        def decide(book: Book, now: datetime) -> Change:
            since = book.entitlements.licensed_since or now
            return Change(entitlements=replace(book.entitlements, licensed_since=since), licences=(licence,))

        return decide

    async def _change(self, sim: Simulation, decide: Callable[[Book, datetime], Change], *users: str) -> None:
        """Change subscriptions, or the licences of *users*. An unanswered change is not repeated."""
        worker = sim.running()
        if worker is None:
            return

        async def post() -> None:
            try:
                await worker.services.ledger.post(ONE, Decision(decide, licences=users))
            except UnavailableError:
                worker.record("the change was not answered")

        task = worker.spawn(post())
        await asyncio.wait([task, asyncio.ensure_future(asyncio.shield(worker.gone))], return_when="FIRST_COMPLETED")


def _until_month_ends(sim: Simulation) -> float:
    now = sim.now()
    next_month = (now.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (next_month - now).total_seconds()
