"""Messages end to end, from the queue through the embedded host into the books, compared with the bare queue."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from statistics import median
from time import perf_counter

from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from local.commands.sample_card import publish_sample_card
from local.host.queue_listener import create
from local.host.queue_listeners import queue_service
from local.machine.machine import Machine
from shared.kernel.ids import AccountId
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line
from tests.proofs.bench.calls import Calls
from tests.proofs.prove.http_client import HttpClient

MESSAGES = 1_000
BATCHES, BATCH = 100, 50
ROUNDS = 3
SENDERS = 32
PAGE = 32
"""Messages per fetch, as in host.json."""

POLL_SECONDS = 0.02
"""Seconds between two checks for an empty queue: a fiftieth of the measured time."""

CREDIT = Decimal(1_000_000)


def measure() -> list[Line]:
    """Measure one machine with one host, which is frozen while the queue is filled."""
    with Machine.start(None) as machine, HttpClient(machine) as client:
        publish_sample_card(machine)
        return asyncio.run(_measure(machine, client))


async def _measure(machine: Machine, client: HttpClient) -> list[Line]:
    calls = Calls(11, machine.now())

    def opened() -> list[AccountId]:
        """A new account, because Azurite searches all rows of a partition on every write."""
        account = AccountId(calls.guid())
        client.open(account)
        client.grant(account, CREDIT, "bench")
        return [account]

    async with queue_service(machine.storage, {}) as queues:
        await create(queues.get_queue_client("bare"))
        rates = await in_turns(
            {
                "bare": _bare(queues, calls),
                "single": _through(machine, queues, lambda: calls.messages(opened(), MESSAGES)),
                "batch": _through(machine, queues, lambda: calls.batches(opened(), BATCHES * BATCH, BATCH)),
            },
            ROUNDS,
        )
    by, by_single = "the bare queue", "one call per message"
    single, batch = median(rates["single"]), [BATCH * rate for rate in rates["batch"]]
    return [
        Line("the bare queue: fetch and delete", median(rates["bare"]), "messages/s"),
        Line("one call per message", single, "messages/s", ratio(rates["single"], rates["bare"]), by),
        Line(f"{BATCH} calls per message", median(rates["batch"]), "messages/s"),
        Line("  their calls", median(batch), "calls/s", ratio(batch, rates["single"]), by_single),
    ]


def _bare(queues: QueueServiceClient, calls: Calls) -> Callable[[int], Awaitable[float]]:
    """Measure the queue alone: fetch 32 messages at a time, delete them concurrently."""

    async def contestant(_round: int) -> float:
        queue = queues.get_queue_client("bare")
        await _send(queue, calls.messages(calls.accounts(1), MESSAGES))
        began = perf_counter()
        while messages := await _fetched(queue):
            await asyncio.gather(*(queue.delete_message(message.id, message.pop_receipt) for message in messages))
        return MESSAGES / (perf_counter() - began)

    return contestant


async def _fetched(queue: QueueClient) -> list[QueueMessage]:
    return [message async for message in queue.receive_messages(messages_per_page=PAGE, max_messages=PAGE)]


def _through(
    machine: Machine, queues: QueueServiceClient, messages: Callable[[], Sequence[bytes]]
) -> Callable[[int], Awaitable[float]]:
    """Measure how many messages per second the host books and deletes."""

    async def contestant(_round: int) -> float:
        queue = queues.get_queue_client("usage")
        work = messages()
        machine.freeze_host()
        await _send(queue, work)
        machine.thaw_host()
        began = perf_counter()
        while (await queue.get_queue_properties()).approximate_message_count:  # noqa: ASYNC110 - the queue must be polled
            await asyncio.sleep(POLL_SECONDS)
        return len(work) / (perf_counter() - began)

    return contestant


async def _send(queue: QueueClient, messages: Sequence[bytes]) -> None:
    waiting = iter(messages)

    async def sender() -> None:
        for message in waiting:
            await queue.send_message(message.decode())

    await asyncio.gather(*(sender() for _ in range(SENDERS)))


BENCH = Bench("messages", "messages per second end to end through the host, with one call or many calls each", measure)
