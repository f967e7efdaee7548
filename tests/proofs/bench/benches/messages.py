"""Messages end to end: from the queue through the embedded host into the books, beside the bare queue."""

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
"""Messages a fetch, as host.json has it."""

LOOK = 0.02
"""Seconds between two looks whether the queue is empty: a fiftieth of what is measured."""

CREDIT = Decimal(1_000_000)


def measure() -> list[Line]:
    """One machine with one host, which stands still while the queue is filled."""
    with Machine.start(None) as machine, HttpClient(machine) as portal:
        publish_sample_card(machine)
        return asyncio.run(_measure(machine, portal))


async def _measure(machine: Machine, portal: HttpClient) -> list[Line]:
    calls = Calls(11, machine.now())

    def opened() -> list[AccountId]:
        """A new account: Azurite looks through a partition's rows for every write, so a full one would be slower."""
        account = AccountId(calls.guid())
        portal.open(account)
        portal.grant(account, CREDIT, "bench")
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
    by, by_single = "the bare queue", "one call a message"
    single, batch = median(rates["single"]), [BATCH * rate for rate in rates["batch"]]
    return [
        Line("the bare queue: fetch and delete", median(rates["bare"]), "messages/s"),
        Line("one call a message", single, "messages/s", ratio(rates["single"], rates["bare"]), by),
        Line(f"{BATCH} calls a message", median(rates["batch"]), "messages/s"),
        Line("  their calls", median(batch), "calls/s", ratio(batch, rates["single"]), by_single),
    ]


def _bare(queues: QueueServiceClient, calls: Calls) -> Callable[[int], Awaitable[float]]:
    """What the queue alone takes: a fetch for every 32 messages, and a delete for each, as many at once."""

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
    """How many messages a second the host acknowledges, each booked."""

    async def contestant(_round: int) -> float:
        queue = queues.get_queue_client("usage")
        work = messages()
        machine.freeze_host()
        await _send(queue, work)
        machine.thaw_host()
        began = perf_counter()
        while (await queue.get_queue_properties()).approximate_message_count:  # noqa: ASYNC110 - it has to be asked
            await asyncio.sleep(LOOK)
        return len(work) / (perf_counter() - began)

    return contestant


async def _send(queue: QueueClient, messages: Sequence[bytes]) -> None:
    waiting = iter(messages)

    async def sender() -> None:
        for message in waiting:
            await queue.send_message(message.decode())

    await asyncio.gather(*(sender() for _ in range(SENDERS)))


BENCH = Bench("messages", "messages a second end to end through the host, singly and in batches", measure)
