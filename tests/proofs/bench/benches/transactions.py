"""Storage transactions per 1,000 calls, which an operator pays for: at backlog, and through the queue.

At backlog, 192 calls are waiting at any time, as with Azure's queue, which delivers thousands of messages per second.
The emulator's queue delivers 32 every tenth of a second: an account has booked them before the next arrive, so each
fetch becomes a separate commit.
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
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.request_count import QUEUE, TRANSACTIONS, counted
from tests.proofs.bench.services import NewAccount, open_account, prepared_services, storage
from tests.proofs.bench.waiting_records import store_waiting

CALLS = 1_000
BATCH = 50
POLL_SECONDS = 0.5
"""Seconds between two checks for an empty queue; each is counted as a read."""


def measure() -> list[Line]:
    """Measure at backlog, and through the emulator's queue with one and with fifty calls per message."""
    with storage() as connection:
        lines = asyncio.run(_at_backlog(connection))
    for words, size in (("queued, one call per message", 1), (f"queued, {BATCH} calls per message", BATCH)):
        with storage() as connection:
            lines += asyncio.run(_through_the_queue(connection, words, size))
    return lines


async def _at_backlog(connection: str) -> list[Line]:
    async with prepared_services(connection) as services:
        calls = Calls(1, services.clock.now())
        [account] = calls.accounts(1)
        await open_account(services, NewAccount(account, 5, None))
        with counted() as requests:
            await calls_a_second(services, calls.messages([account], CALLS))
        await store_waiting(services, [account])
    return [
        Line("at backlog: ledger transactions", requests[TRANSACTIONS], "per 1,000 calls", target=Target(most=20)),
        Line("at backlog: all table requests", requests.total(), "per 1,000 calls"),
    ]


async def _through_the_queue(connection: str, words: str, size: int) -> list[Line]:
    async with prepared_services(connection) as services, queue_service(connection, {}) as queues:
        calls = Calls(1, services.clock.now())
        [account] = calls.accounts(1)
        await open_account(services, NewAccount(account, 5, None))
        before = (await services.book(account)).position.sequence
        usage = queues.get_queue_client("usage")
        for message in calls.batches([account], CALLS, size):
            await usage.send_message(message.decode())
        with counted() as requests:
            await work_off(services, queues)
            await store_waiting(services, [account])
        commits = (await services.book(account)).position.sequence - before
    return [
        Line(f"{words}: ledger transactions", commits, "per 1,000 calls"),
        Line(f"{words}: queue requests", requests[QUEUE], "per 1,000 calls"),
        Line(f"{words}: all storage requests", requests.total(), "per 1,000 calls"),
    ]


async def work_off(services: Services, queues) -> None:
    """Run the host's queue listener in this process until the queue is empty."""

    async def handler(message: QueueMessage) -> None:
        await record_usage(services, message.get_body())

    function = Function("record_usage", {"type": "queueTrigger", "name": "message"}, handler, timedelta(minutes=5))
    settings = host_settings((ROOT / "host.json").read_text(), {}).queues
    listener = await open_listener(function, queues, "usage", settings)
    stopping = asyncio.Event()
    work = asyncio.create_task(listener.run(stopping))
    usage = queues.get_queue_client("usage")
    while (await usage.get_queue_properties()).approximate_message_count:  # noqa: ASYNC110 - the queue must be polled
        await asyncio.sleep(POLL_SECONDS)
    stopping.set()
    await work


BENCH = Bench("transactions", "storage transactions per 1,000 calls, queue included", measure)
