"""The night on which lots expire: its cost must depend on the accounts that are due, not on all accounts."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter

from azure.storage.queue.aio import QueueClient

from local.host.queue_listeners import queue_service
from shared.adapters.clock import SystemClock
from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.use_cases.accounts.catch_up import QUEUE, catch_up, wake_due
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.request_count import counted
from tests.proofs.bench.services import NewAccount, create_tables_and_queues, open_account, services_on, storage

SIZES = (10, 1_000, 10_000)
DUE = 10
NIGHTS = 5
AT_ONCE = 64
"""Accounts that are opened concurrently, before the measurement."""

SAME = Target(most=1.1)


class SetClock:
    """A clock that shows the time to which it was set."""

    def __init__(self, instant: datetime) -> None:
        self.time = instant

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self.time


def measure() -> list[Line]:
    """Measure a night on which ten accounts are due, among ten, a thousand and ten thousand accounts."""
    found = []
    for size in SIZES:
        with storage() as connection:
            found.append((size, *asyncio.run(_measure(connection, size))))
    (_, first_time, first_requests), of = found[0], f"of {SIZES[0]} accounts"
    lines = []
    for size, seconds, requests in found:
        lines.append(Line(f"{size:,} accounts", 1000 * seconds, "ms", seconds / first_time, of))
        lines.append(Line("  storage requests", requests, "per night", requests / first_requests, of, SAME))
    return lines


async def _measure(connection: str, size: int) -> tuple[float, float]:
    """The seconds and requests of a night. All nights are in one month: at its end every account would be due."""
    await create_tables_and_queues(connection)
    clock = SetClock(SystemClock().now().replace(day=1, hour=1, minute=0, second=0, microsecond=0))
    calls = Calls(1, clock.now())
    due = calls.accounts(DUE)
    async with services_on(connection, clock) as services, queue_service(connection, {}) as queues:
        wakeups = queues.get_queue_client(QUEUE)
        await _open(services, calls.accounts(size - DUE))
        nights = [await _night(services, clock, wakeups, due) for _ in range(NIGHTS)]
    return median(night[0] for night in nights), median(night[1] for night in nights)


async def _open(services: Services, accounts: Iterable[AccountId]) -> None:
    """Open accounts whose lot expires in a year: each has an alarm, none is due."""
    waiting = iter(accounts)

    async def opener() -> None:
        for account in waiting:
            await open_account(services, NewAccount(account, 1, None))

    await asyncio.gather(*(opener() for _ in range(AT_ONCE)))


async def _night(
    services: Services, clock: SetClock, wakeups: QueueClient, due: Iterable[AccountId]
) -> tuple[float, float]:
    """The seconds and requests of a night in which a lot of each account in *due* lapses."""
    expires_at = clock.now() + timedelta(hours=1)
    for account in due:
        await open_account(services, NewAccount(account, 1, expires_at))
    clock.time = expires_at + timedelta(days=4)
    began = perf_counter()
    with counted() as requests:
        woken = await wake_due(services)
        async for message in wakeups.receive_messages(messages_per_page=DUE, max_messages=DUE):
            await catch_up(services, message.content.encode())
            await wakeups.delete_message(message)
    seconds = perf_counter() - began
    assert woken == DUE, f"{woken} wake-ups"
    return seconds, float(requests.total())


BENCH = Bench("night", "cost of a night on which lots of ten accounts expire, by the number of accounts", measure)
