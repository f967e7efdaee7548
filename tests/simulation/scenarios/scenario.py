"""A scenario: what is there before anything goes wrong, who does what then, and what the outside knows of it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from shared.audit.limits import LATE_LOTS_MAX
from shared.kernel.ids import AccountId
from shared.ledger.book import OPEN_LOTS_MAX
from shared.rating.card_csv import CardProblems, read_rates
from shared.rating.rate_card import RateCard
from tests.fakes.world import CARD, START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import Sent, message
from tests.simulation.scenarios.people import Wish, names_administrators, opens

ONE, TWO, UNKNOWN = (AccountId(f"5f0c1f9e-0000-4000-8000-00000000000{number}") for number in (1, 2, 3))

UNIT = 1_000_000
"""Micro-units of one dollar."""


@dataclass
class Scenario:
    """Whoever does something outside writes it down here; the checks at the end hold the books against it.

    *horizon*: virtual seconds until things stop going wrong; what is not done by then is done in quiet. *worst*: the
    highest rate of a fault; *focus*: where most of them happen, when that is not left to the seed; *limits*:
    constants of the real code that are smaller here; *lots_max*: how many lots an account may have;
    *rows_min*: how many rows a response of the storage holds at least: a book of a hundred rows in responses of two
    would be read for ever where each response may be lost.
    """

    horizon: ClassVar[float] = 3600.0
    worst: ClassVar[float] = 0.05
    focus: ClassVar[str | None] = None
    limits: ClassVar[tuple[tuple[Any, str, int], ...]] = ()
    rows_min: ClassVar[int] = 2
    lots_max: ClassVar[float] = OPEN_LOTS_MAX + LATE_LOTS_MAX
    sent: list[Sent] = field(default_factory=list)
    grants: list[Wish] = field(default_factory=list)
    purchases: list[Wish] = field(default_factory=list)
    accounts: list[AccountId] = field(default_factory=list)

    async def prepare(self, sim: Simulation) -> None:
        """While all is well: one account with administrators, and a rate card."""
        await self.publishes(sim)
        await self.opens(sim, ONE)

    async def work(self, sim: Simulation) -> None:
        """While things go wrong."""
        raise NotImplementedError  # a scenario is what happens here: each says it

    # --- what scenarios are made of

    async def publishes(self, sim: Simulation, text: bytes = CARD, days_ago: int = 400) -> None:
        rates = read_rates(text)
        assert not isinstance(rates, CardProblems)
        await sim.rates.publish(RateCard("default", "USD", START - timedelta(days=days_ago), rates))

    async def opens(self, sim: Simulation, account: AccountId) -> None:
        self.accounts.append(account)
        await opens(sim, account)
        await names_administrators(sim, account)

    def sends(self, sim: Simulation, *events: Sent) -> None:
        """A telephony system puts one message on the queue."""
        self.sent += events
        sim.queues.put("usage", message(sim.chance.work, list(events)))


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Several people at once."""
    await asyncio.gather(*works)


async def pause(sim: Simulation, longest: float) -> None:
    """Somebody takes some time, up to *longest* seconds."""
    await asyncio.sleep(sim.chance.work.random() * longest)
