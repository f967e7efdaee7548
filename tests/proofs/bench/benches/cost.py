"""The cost of a million calls: requests, rows and processor time are measured, prices are inputs (prices.py)."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import process_time

from azure.data.tables import TableServiceClient

from local.host.queue_listeners import queue_service
from shared.wiring.names import LEDGER
from tests.proofs.bench import prices
from tests.proofs.bench.bench import Bench, Line
from tests.proofs.bench.benches.transactions import BATCH, CALLS, work_off
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.request_count import QUEUE, READS, TRANSACTIONS, counted
from tests.proofs.bench.services import NewAccount, open_account, prepared_services, storage
from tests.proofs.bench.waiting_records import store_waiting

SCALE = 1_000_000 / CALLS
GIGABYTE = 1024**3


@dataclass(frozen=True, slots=True)
class Used:
    """The usage of 1,000 calls: messages, requests by kind, rows added and their size, processor seconds."""

    messages: int
    requests: Mapping[str, int]
    rows: int
    stored: int
    seconds: float


MANY = 50
WAYS = (
    ("singly", 1, 1),
    (f"in messages of {BATCH}", BATCH, 1),
    (f"singly, {MANY} accounts", 1, MANY),
    (f"in messages of {BATCH}, {MANY} accounts", BATCH, MANY),
)
"""Description, calls per message, number of accounts (in turns)."""


def measure() -> list[Line]:
    """Measure each way on separate storage."""
    lines = []
    for words, size, accounts in WAYS:
        with storage() as connection:
            lines += lines_of(words, asyncio.run(_used(connection, size, accounts)))
    return lines


async def _used(connection: str, size: int, accounts: int) -> Used:
    async with prepared_services(connection) as services, queue_service(connection, {}) as queues:
        calls = Calls(1, services.clock.now())
        callers = calls.accounts(accounts)
        for account in callers:
            await open_account(services, NewAccount(account, 5, None))
        rows, stored = _left(connection)
        messages = calls.batches(callers, CALLS, size) if size > 1 else calls.messages(callers, CALLS)
        with counted() as requests:
            for message in messages:
                await queues.get_queue_client("usage").send_message(message.decode())
            began = process_time()
            await work_off(services, queues)
            await store_waiting(services, callers)
            seconds = process_time() - began
    more, larger = _left(connection)
    return Used(len(messages), requests, more - rows, larger - stored, seconds)


def _left(connection: str) -> tuple[int, int]:
    """The number of rows in the ledger, and their size as Azure Storage bills it."""
    with TableServiceClient.from_connection_string(connection) as service:
        sizes = [size_of(row.items()) for row in service.get_table_client(LEDGER).list_entities()]
    return len(sizes), sum(sizes)


def size_of(properties: Iterable[tuple[str, object]]) -> int:
    """A row's size: 4 bytes, the keys in UTF-16, and each property's name and value with its overhead.

    Source: Microsoft, Understanding Windows Azure Storage Billing.
    """
    size = 4
    for name, value in properties:
        if name in {"PartitionKey", "RowKey"}:
            size += 2 * len(str(value))
        else:
            size += 8 + 2 * len(name) + (4 + 2 * len(value) if isinstance(value, str) else 8)
    return size


def lines_of(words: str, used: Used) -> list[Line]:
    """The measured counts per 1,000 calls, and the costs per million calls."""
    queue = prices.QUEUE_REQUESTS.of(used.requests[QUEUE])
    tables = prices.TABLE_REQUESTS.of(used.requests[TRANSACTIONS] + used.requests[READS])
    memory = prices.GIGABYTE_SECONDS.of(used.seconds * prices.INSTANCE_GIGABYTES)
    work = prices.EXECUTIONS.of(used.messages) + memory
    kept = prices.STORED_GIGABYTE_MONTHS.of(used.stored / GIGABYTE)
    counts = {
        "requests to the queue": used.requests[QUEUE],
        "table transactions": used.requests[TRANSACTIONS],
        "table reads": used.requests[READS],
        "rows added": used.rows,
        "kilobytes added": used.stored / 1024,
        "processor seconds": used.seconds,
    }
    costs = {"queue": queue, "tables": tables, "functions": work, "total": queue + tables + work}
    return [
        *(Line(f"{words}: {what}", value, "per 1,000 calls") for what, value in counts.items()),
        *(Line(f"{words}: {what}", dollars * SCALE, "USD per million") for what, dollars in costs.items()),
        Line(f"{words}: storage", kept * SCALE, "USD per month"),
    ]


BENCH = Bench("cost", f"cost of a million calls, at the prices assumed on {prices.ASSUMED_ON}", measure)
