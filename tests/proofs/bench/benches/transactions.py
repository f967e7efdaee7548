"""Storage transactions for each 1,000 calls: at backlog, and through the queue; what an operator pays for.

A backlog is 192 calls that wait at any time, as with Azure's queue, which hands out thousands of messages a second. The
emulator's hands out 32 every tenth of a second: an account is done with them before the next come, and each fetch
becomes a commit of its own.
"""

import asyncio
from datetime import timedelta

from azure.functions.queue import QueueMessage

from local.host.functions import Function
from local.host.queue_listeners import open_listener, queue_service
from local.host.settings import host_settings
from local.machine.paths import ROOT
from shared.service.services import Services
from shared.use_cases.usage.record_usage import record_usage
from tests.proofs.bench.bench import Bench, Line, Wanted
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.request_count import QUEUE, TRANSACTIONS, counted
from tests.proofs.bench.test_bed import Opening, bed, open_account, storage

CALLS = 1_000
BATCH = 50
LOOK = 0.5
"""Seconds between two looks whether the queue is empty; each is counted as a read."""


def measure() -> list[Line]:
    """At backlog; through the emulator's queue singly, and in messages of fifty."""
    with storage() as connection:
        lines = asyncio.run(_at_backlog(connection))
    for words, size in (("queued singly", 1), (f"queued in messages of {BATCH}", BATCH)):
        with storage() as connection:
            lines += asyncio.run(_through_the_queue(connection, words, size))
    return lines


async def _at_backlog(connection: str) -> list[Line]:
    async with bed(connection) as services:
        calls = Calls(1, services.clock.now())
        [account] = calls.accounts(1)
        await open_account(services, Opening(account, 5, None))
        with counted() as requests:
            await calls_a_second(services, calls.messages([account], CALLS))
    return [
        Line("at backlog: ledger transactions", requests[TRANSACTIONS], "per 1,000 calls", wanted=Wanted(most=20)),
        Line("at backlog: all of the tables", requests.total(), "per 1,000 calls"),
    ]


async def _through_the_queue(connection: str, words: str, size: int) -> list[Line]:
    async with bed(connection) as services, queue_service(connection, {}) as queues:
        calls = Calls(1, services.clock.now())
        [account] = calls.accounts(1)
        await open_account(services, Opening(account, 5, None))
        before = (await services.book(account)).position.sequence
        usage = queues.get_queue_client("usage")
        for message in calls.batches([account], CALLS, size):
            await usage.send_message(message.decode())
        with counted() as requests:
            await work_off(services, queues)
        commits = (await services.book(account)).position.sequence - before
    return [
        Line(f"{words}: ledger transactions", commits, "per 1,000 calls"),
        Line(f"{words}: of the queue", requests[QUEUE], "per 1,000 calls"),
        Line(f"{words}: all of storage", requests.total(), "per 1,000 calls"),
    ]


async def work_off(services: Services, queues) -> None:
    """Run the host's own pump, in this process, until the queue is empty."""

    async def handler(message: QueueMessage) -> None:
        await record_usage(services, message.get_body())

    function = Function("record_usage", {"type": "queueTrigger", "name": "message"}, handler, timedelta(minutes=5))
    settings = host_settings((ROOT / "host.json").read_text(), {}).queues
    listener = await open_listener(function, queues, "usage", settings)
    stopping = asyncio.Event()
    work = asyncio.create_task(listener.run(stopping))
    usage = queues.get_queue_client("usage")
    while (await usage.get_queue_properties()).approximate_message_count:  # noqa: ASYNC110 - it has to be asked
        await asyncio.sleep(LOOK)
    stopping.set()
    await work


BENCH = Bench("transactions", "storage transactions for each 1,000 calls, queue included", measure)
