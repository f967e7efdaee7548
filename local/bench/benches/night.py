"""Expiry night: its cost must follow what is due, not how many accounts there are."""

import asyncio
from datetime import datetime, timedelta
from time import perf_counter

from local.bench.bed import Opening, lay_out, open_account, services_on, storage
from local.bench.bench import Bench, Line, Wanted
from local.bench.benches.transactions import counted
from local.bench.calls import Calls
from local.bench.racing import median_of
from local.host.pumps import queue_service
from shared.adapters.clock import SystemClock
from shared.service.services import Services
from shared.use_cases.catch_up import QUEUE, catch_up, wake_due

SIZES = (10, 1_000, 10_000)
DUE = 10
AT_ONCE = 64
NIGHTS = 3
"""Nights measured at each size, each with ten accounts of its own that have something due."""


class SetClock:
    """A clock that is set."""

    def __init__(self, instant: datetime) -> None:
        self.time = instant

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.time


def measure() -> list[Line]:
    """Ten accounts with something due among ten, a thousand and ten thousand."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    await lay_out(connection)
    clock = SetClock(SystemClock().now().replace(microsecond=0))
    calls, found = Calls(1, clock.now()), []
    async with services_on(connection, clock) as services:
        there = 0
        for size in SIZES:
            nights = []
            for night in range(NIGHTS):
                clock.time += timedelta(days=7)
                expires_at = clock.now() + timedelta(days=1)
                await _open(services, calls, DUE, expires_at)
                there += DUE
                if night == 0:
                    await _open(services, calls, size - there, None)
                    there = max(size, there)
                clock.time = expires_at + timedelta(days=5)
                nights.append(await _night(services, connection))
            found.append((size, *median_of(nights)))
    first = found[0]
    lines = []
    for size, seconds, requests in found:
        lines.append(Line(f"{size:,} accounts", 1000 * seconds, "ms", seconds / first[1], f"of {SIZES[0]} accounts"))
        lines.append(Line("  requests to storage", requests, "", requests / first[2], f"of {SIZES[0]} accounts", INDEPENDENT))
    return lines
