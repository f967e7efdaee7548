"""A message that is delivered again although half of its calls are booked, compared with a message of new calls."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median
from time import thread_time
from typing import Any, TypeAlias

from azure.data.tables.aio import TableServiceClient

from shared.adapters.storage.azure_tables import table_service
from shared.service.services import Services
from shared.use_cases.usage.record_usage import record_usage
from shared.wiring.names import LEDGER
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.request_count import READS, TRANSACTIONS, counted
from tests.proofs.bench.services import NewAccount, open_account, prepared_services, storage
from tests.proofs.bench.waiting_records import store_waiting

CALLS = 200
ROUNDS = 15
"""A round takes a tenth of a second."""

NEW, REDELIVERED = "new calls", Target(most=1.5)

KINDS = (TRANSACTIONS, READS)

Events: TypeAlias = Sequence[Any]
BEFORE: Mapping[str, Callable[[Events], Sequence[Events]]] = {
    NEW: lambda _events: [],
    "the first half is booked": lambda events: [events[: CALLS // 2]],
    "every second one is booked": lambda events: [events[::2]],
    "every second one is booked, each in a commit of its own": lambda events: [[event] for event in events[::2]],
    "all are booked": lambda events: [events],
}
"""The messages that were booked before, by what they contained of this one."""

Requests = dict[str, list[Counter[str]]]


def measure() -> list[Line]:
    """Each way in turn, on a new account each time."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    requests: Requests = defaultdict(list)
    async with prepared_services(connection) as services, table_service(connection) as tables:
        contestants = {
            name: _contestant(services, tables, number, requests[name]) for number, name in enumerate(BEFORE)
        }
        processor = await in_turns(contestants, ROUNDS)
    lines = []
    for name, milliseconds in processor.items():
        of = () if name == NEW else (ratio(milliseconds, processor[NEW]), NEW, REDELIVERED)
        lines.append(Line(name, median(milliseconds), "ms of processor", *of))
        lines += [Line(f"  {kind}", median(counts[kind] for counts in requests[name]), "requests") for kind in KINDS]
    return lines


def _contestant(
    services: Services, tables: TableServiceClient, number: int, requests: list[Counter[str]]
) -> Callable[[int], Awaitable[float]]:
    before = list(BEFORE.values())[number]

    async def contestant(turn: int) -> float:
        """Milliseconds of processor time for the message."""
        await tables.delete_table(LEDGER)  # Azurite searches all rows of a partition on every write
        await tables.create_table(LEDGER)
        calls = Calls(turn * len(BEFORE) + number, services.clock.now())
        [account] = calls.accounts(1)
        await open_account(services, NewAccount(account, 5, None))
        [message] = calls.batches([account], CALLS, CALLS)
        for earlier in before(json.loads(message)):
            await record_usage(services, json.dumps(earlier).encode())
        with counted() as counts:
            began = thread_time()
            await record_usage(services, message)
            spent = thread_time() - began
        requests.append(counts)
        await store_waiting(services, [account])
        return 1000 * spent

    return contestant


BENCH = Bench(
    "redelivery", f"a message of {CALLS} calls of which half are booked, relative to one of new calls", measure
)
