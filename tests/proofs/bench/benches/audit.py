"""Time and memory of the nightly audit, which reads every row of an account, by the length of its history."""

import asyncio
import resource
from time import perf_counter

from shared.use_cases.accounts.audit_account import audit_account
from shared.use_cases.usage.record_usage import record_usage
from tests.proofs.bench.bench import Bench, Line
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.request_count import READS, counted
from tests.proofs.bench.services import NewAccount, open_account, prepared_services, storage

CALLS = 10_000
BATCH = 100
LATEST = 2_500
"""The calls of a second account with a quarter of the history, to show the growth."""


def measure() -> list[Line]:
    """Audit an account with a quarter of the calls, then one with all: peak memory only grows."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    lines = []
    async with prepared_services(connection) as services:
        calls = Calls(1, services.clock.now())
        for account, count in zip(calls.accounts(2), (LATEST, CALLS), strict=True):
            await open_account(services, NewAccount(account, 5, None))
            for message in calls.batches([account], count, BATCH):
                await record_usage(services, message)
            before, began = _peak(), perf_counter()
            with counted() as requests:
                findings = await audit_account(services, account)
            assert not findings, findings
            seconds = perf_counter() - began
            lines += [
                Line(f"{count:,} calls: time", 1000 * seconds / count, "s per 1,000 calls"),
                Line(f"{count:,} calls: memory", (_peak() - before) / count * 1000, "MB per 1,000"),
                Line(f"{count:,} calls: reads", requests[READS] * 1000 / count, "per 1,000 calls"),
            ]
    return lines


def _peak() -> float:
    """The peak memory of this process, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


BENCH = Bench("audit", "time, memory and reads of one account's nightly audit, by the calls in its history", measure)
