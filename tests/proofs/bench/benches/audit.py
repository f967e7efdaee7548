"""Time, memory and requests of the audit of one account: whole, and in the night after a day's calls.

The tables are in a file, because the emulator cannot hold such histories. So the time is that of the audit alone,
without a client or a network.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.use_cases.usage.record_usage import record_usage
from tests.proofs.bench.audit_process import FileWorld, Measured, audited
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.services import NewAccount, open_account

HISTORIES = (10_000, 100_000)
LARGE = (1_000_000,)
"""It takes long to book so many calls."""

DAY = 500
BATCH = 100

MEMORY = Target(most=100)
"""Megabytes, whatever the history."""

DAYS_CALLS = Target(most=1.1)
"""The night's requests for each call of the day, whatever the history: one for its marker, or fewer."""


def measure() -> list[Line]:
    """Audit accounts with a short and a long history, whole and by night."""
    return _measured(HISTORIES)


def measure_large() -> list[Line]:
    """The same with a million calls."""
    return _measured((*HISTORIES, *LARGE))


def _measured(histories: Sequence[int]) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder) / "tables", histories))


async def _measure(file: Path, histories: Sequence[int]) -> list[Line]:
    lines = list[Line]()
    world = FileWorld(file)
    await world.publish_sample()
    calls = Calls(1, world.clock.now())
    warm, *accounts = calls.accounts(1 + len(histories))
    for account in (warm, *accounts):
        await open_account(world.services, NewAccount(account, 5, None))
    await _book(world.services, calls, warm, BATCH)
    for account, count in zip(accounts, histories, strict=True):
        await _book(world.services, calls, account, count)
        audit = partial(audited, file, warm, account)
        whole = await asyncio.to_thread(audit)
        await _book(world.services, calls, account, DAY)
        night, idle = await asyncio.to_thread(audit), await asyncio.to_thread(audit)
        lines += _lines(count, whole, night, idle)
    return lines


async def _book(services: Services, calls: Calls, account: AccountId, count: int) -> None:
    for message in calls.batches([account], count, BATCH):
        await record_usage(services, message)


def _lines(count: int, whole: Measured, night: Measured, idle: Measured) -> list[Line]:
    name, after = f"{count:,} calls", f"{count:,} calls, night after {DAY}"
    return [
        Line(f"{name}, whole: processor", 1000 * whole.seconds / count, "s per 1,000 calls"),
        Line(f"{name}, whole: memory", whole.memory, "MB", target=MEMORY),
        Line(f"{name}, whole: requests", whole.requests * 1000 / count, "per 1,000 calls"),
        Line(f"{after}: processor", 1000 * night.seconds, "ms"),
        Line(f"{after}: memory", night.memory, "MB", target=MEMORY),
        Line(f"{after}: requests", night.requests / DAY, "per call of the day", target=DAYS_CALLS),
        Line(f"{name}, night without calls: requests", idle.requests, "requests"),
    ]


BENCH = Bench(
    "audit",
    "time, memory and requests of an account's audit, whole and by night, by the calls in its history",
    measure,
    measure_large,
)
