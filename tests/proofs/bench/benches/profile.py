"""Where the time of a commit at backlog goes: ours, the storage client's, the storage's."""

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
from tests.proofs.bench.test_bed import Opening, bed, open_account, storage

CALLS = 6_000
FULL = 94
"""Rows of a commit that counts: the first and the last are smaller."""


@dataclass(slots=True)
class Trip:
    """One commit's way: when each part began and ended, and this process's processor time while the storage worked."""

    rows: int
    asked: float = 0.0
    left: float = 0.0
    returned: float = 0.0
    answered: float = 0.0
    meanwhile: float = 0.0


def measure() -> list[Line]:
    """One account, calls entering singly."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    async with bed(connection) as services:
        calls = Calls(5, services.clock.now())
        [account] = calls.accounts(1)
        await open_account(services, Opening(account, 5, None))
        messages = calls.messages([account], CALLS)
        with _followed() as trips:
            await calls_a_second(services, messages)
    full = [trip for trip in trips if trip.rows >= FULL]
    between = [later.asked - earlier.answered for earlier, later in pairwise(full)]
    whole = median(between) + median(trip.answered - trip.asked for trip in full)
    parts = {
        "between two commits: answers sorted, the next page written": between,
        "the storage client makes the request": [trip.left - trip.asked for trip in full],
        "the storage works": [trip.returned - trip.left for trip in full],
        "  and we meanwhile, reading, pricing, deciding": [trip.meanwhile for trip in full],
        "the storage client reads the answer": [trip.answered - trip.returned for trip in full],
    }
    rows = median(trip.rows for trip in full)
    return [
        Line(f"a commit of {rows:.0f} rows, of which {rows - 3:.0f} calls", 1000 * whole, "ms"),
        *(_part(words, seconds, whole) for words, seconds in parts.items()),
    ]


def _part(words: str, seconds: Sequence[float], whole: float) -> Line:
    return Line(f"  {words}", 1000 * median(seconds), "ms", median(seconds) / whole, "the commit")


@contextmanager
def _followed() -> Iterator[list[Trip]]:
    """Follows every transaction through the adapter and the client's transport."""
    trips: list[Trip] = []
    transact, send = LeanTable.transact, AioHttpTransport.send

    async def asked(table: LeanTable, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        trips.append(Trip(len(writes), asked=perf_counter()))
        etags = await transact(table, partition, writes)
        trips[-1].answered = perf_counter()
        return etags

    async def sent(transport: AioHttpTransport, request: Any, **options: Any) -> Any:
        busy = thread_time()
        left = perf_counter()
        answer = await send(transport, request, **options)
        if trips:
            trips[-1].left, trips[-1].returned = left, perf_counter()
            trips[-1].meanwhile = thread_time() - busy
        return answer

    with mock.patch.object(LeanTable, "transact", asked), mock.patch.object(AioHttpTransport, "send", sent):
        yield trips


BENCH = Bench("profile", "where the time of a commit at backlog goes", measure)
