"""How the time of a commit at backlog divides into the service's, the storage client's and the storage's."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from time import perf_counter, thread_time
from typing import Any
from unittest import mock

from azure.core.pipeline.transport import AioHttpTransport

from shared.adapters.storage.lean_table import LeanTable
from shared.ports import Write
from tests.proofs.bench.bench import Bench, Line
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.services import NewAccount, open_account, prepared_services, storage

CALLS = 6_000
FULL = 94
"""The minimum rows of a commit that is counted; the first and the last commit are smaller."""


@dataclass(slots=True)
class Commit:
    """One commit: when each part began and ended, and this process's processor time while the storage worked."""

    rows: int
    started: float = 0.0
    sent: float = 0.0
    received: float = 0.0
    finished: float = 0.0
    cpu_meanwhile: float = 0.0


def measure() -> list[Line]:
    """Measure one account, with one call per message."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    async with prepared_services(connection) as services:
        calls = Calls(5, services.clock.now())
        [account] = calls.accounts(1)
        await open_account(services, NewAccount(account, 5, None))
        messages = calls.messages([account], CALLS)
        with _recorded() as commits:
            await calls_a_second(services, messages)
    full = [commit for commit in commits if commit.rows >= FULL]
    between = [later.started - earlier.finished for earlier, later in pairwise(full)]
    whole = median(between) + median(commit.finished - commit.started for commit in full)
    parts = {
        "between two commits: handle answers, write the next page": between,
        "the storage client builds the request": [commit.sent - commit.started for commit in full],
        "the storage works": [commit.received - commit.sent for commit in full],
        "  meanwhile, the service reads, prices and decides": [commit.cpu_meanwhile for commit in full],
        "the storage client reads the answer": [commit.finished - commit.received for commit in full],
    }
    rows = median(commit.rows for commit in full)
    return [
        Line(f"a commit of {rows:.0f} rows, of which {rows - 3:.0f} calls", 1000 * whole, "ms"),
        *(_part(words, seconds, whole) for words, seconds in parts.items()),
    ]


def _part(words: str, seconds: Sequence[float], whole: float) -> Line:
    return Line(f"  {words}", 1000 * median(seconds), "ms", median(seconds) / whole, "the commit")


@contextmanager
def _recorded() -> Iterator[list[Commit]]:
    """Record the times of every transaction in the adapter and in the client's transport."""
    commits: list[Commit] = []
    transact, send = LeanTable.transact, AioHttpTransport.send

    async def timed_transact(table: LeanTable, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        commits.append(Commit(len(writes), started=perf_counter()))
        etags = await transact(table, partition, writes)
        commits[-1].finished = perf_counter()
        return etags

    async def sent(transport: AioHttpTransport, request: Any, **options: Any) -> Any:
        busy = thread_time()
        left = perf_counter()
        answer = await send(transport, request, **options)
        if commits:
            commits[-1].sent, commits[-1].received = left, perf_counter()
            commits[-1].cpu_meanwhile = thread_time() - busy
        return answer

    with mock.patch.object(LeanTable, "transact", timed_transact), mock.patch.object(AioHttpTransport, "send", sent):
        yield commits


BENCH = Bench("profile", "time of a commit at backlog, by part", measure)
