"""The base class of scenarios: preparation, actions during faults, and records for the final checks."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from shared.audit.limits import LATE_LOTS_MAX
from shared.kernel.ids import AccountId
from shared.ledger.book import OPEN_LOTS_MAX
from shared.rating.card_csv import CardProblems, read_rates
from tests.fakes.world import CARD, START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import Sent, message
from tests.simulation.scenarios.user_requests import UserRequest, send_administrators, send_opening

ONE, TWO, UNKNOWN = (AccountId(f"5f0c1f9e-0000-4000-8000-00000000000{number}") for number in (1, 2, 3))

UNIT = 1_000_000
"""Micro-units of one dollar."""


@dataclass
class Scenario:
    """Records all usage, grants and purchases, with which the final checks compare the books.

    *horizon*: virtual seconds until faults stop; later actions happen without faults. *max_rate*: the maximum rate of
    a fault. *focus*: the calls with most faults (None: by the seed). *limits*: constants of the real code that are
    smaller here. *lots_max*: the maximum number of lots of an account. *rows_min*: the minimum number of rows in a
    response of the storage, because reading a hundred rows in lossy responses of two would never succeed. *began*: the
    time at which the run begins. *cap*: the monthly cap of recharges, in micro-units.
    *is_reconciled_last*: a night follows without faults, which books what lost webhooks did not report.
    """

    horizon: ClassVar[float] = 3600.0
    max_rate: ClassVar[float] = 0.05
    focus: ClassVar[str | None] = None
    limits: ClassVar[tuple[tuple[Any, str, int], ...]] = ()
    rows_min: ClassVar[int] = 2
    began: ClassVar[datetime] = START
    is_reconciled_last: ClassVar[bool] = False
    lots_max: ClassVar[float] = OPEN_LOTS_MAX + LATE_LOTS_MAX
    sent: list[Sent] = field(default_factory=list)
    grants: list[UserRequest] = field(default_factory=list)
    purchases: list[UserRequest] = field(default_factory=list)
    accounts: list[AccountId] = field(default_factory=list)
    cap: int | None = None

    async def prepare(self, sim: Simulation) -> None:
        """Before faults: publish a rate card, and open one account with administrators."""
        await self.publish_card(sim)
        await self.open_account(sim, ONE)

    async def run(self, sim: Simulation) -> None:
        """The actions during faults."""
        raise NotImplementedError  # every scenario implements this

    # --- building blocks of scenarios

    async def publish_card(self, sim: Simulation, text: bytes = CARD, days_ago: int = 400) -> None:
        rates = read_rates(text)
        assert not isinstance(rates, CardProblems)
        await sim.rates.publish(rates.as_card("default", "USD", START - timedelta(days=days_ago)))

    async def open_account(self, sim: Simulation, account: AccountId) -> None:
        self.accounts.append(account)
        await send_opening(sim, account)
        await send_administrators(sim, account)

    def send_usage(self, sim: Simulation, *events: Sent) -> None:
        """Send one usage message, as a telephony system does."""
        self.sent += events
        sim.queues.put("usage", message(sim.randomness.work, list(events)))


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Run actions concurrently."""
    await asyncio.gather(*works)


async def pause(sim: Simulation, longest: float) -> None:
    """Wait for a random time of up to *longest* seconds."""
    await asyncio.sleep(sim.randomness.work.random() * longest)
