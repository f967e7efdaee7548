"""What a commit costs beside its one transaction: the requests of 1,000 calls by what they are for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from local.host.queue_listeners import queue_service
from shared.adapters.clock import SystemClock
from shared.kernel.ids import AccountId
from shared.service.services import Services
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.benches.transactions import BATCH, work_off
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.request_count import REASONS, counted_by_reason
from tests.proofs.bench.services import NewAccount, open_account, prepared_services, services_on, storage
from tests.proofs.bench.waiting_records import store_waiting

CALLS = 1_000
ACCOUNTS = 50


@dataclass(frozen=True, slots=True)
class Machine:
    """The services of a process, the connection of their storage, and the accounts with their calls."""

    services: Services
    connection: str
    calls: Calls
    accounts: Sequence[AccountId]


Work: TypeAlias = Callable[[Machine], Awaitable[None]]


def measure() -> list[Line]:
    """Count at backlog and through the queue, by a process that has just started, and by the same one afterwards."""
    lines = []
    for words, work in WAYS.items():
        with storage() as connection:
            lines += asyncio.run(_measure(connection, words, work))
    return lines


async def _measure(connection: str, words: str, work: Work) -> list[Line]:
    lines = []
    async with prepared_services(connection) as opening, services_on(connection, SystemClock()) as services:
        calls = Calls(1, services.clock.now())
        accounts = calls.accounts(ACCOUNTS)
        for account in accounts:
            await open_account(opening, NewAccount(account, 5, None))
        for when in ("first calls", "later calls"):
            with counted_by_reason() as found:
                await work(Machine(services, connection, calls, accounts))
                await store_waiting(services, accounts)
            lines.append(Line(f"{words}, {when}", found.total(), "requests"))
            lines += [_line(reason, found[reason], when) for reason in REASONS if found[reason]]
    return lines


def _line(reason: str, count: int, when: str) -> Line:
    """Later calls of known accounts read no books, registers or heads and set no alarms: that is the target."""
    beside = when == "later calls" and reason in {"books read", "register read", "alarms set"}
    return Line(f"  {reason}", count, "requests", target=Target(most=0) if beside else None)


async def _at_backlog(machine: Machine) -> None:
    await calls_a_second(machine.services, machine.calls.messages(machine.accounts, CALLS))


async def _singly(machine: Machine) -> None:
    await _queued(machine, machine.calls.messages(machine.accounts, CALLS))


async def _in_batches(machine: Machine) -> None:
    await _queued(machine, machine.calls.batches(machine.accounts, CALLS, BATCH))


async def _unbookable(machine: Machine) -> None:
    """Calls without a duration: each commit has one outbox row for every call, which goes into suspense."""
    messages = machine.calls.batches(machine.accounts[:1], CALLS, BATCH)
    await calls_a_second(
        machine.services, [message.replace(b'"durationSeconds"', b'"seconds"') for message in messages]
    )


async def _queued(machine: Machine, messages: Sequence[bytes]) -> None:
    async with queue_service(machine.connection, {}) as queues:
        usage = queues.get_queue_client("usage")
        for message in messages:
            await usage.send_message(message.decode())
        await work_off(machine.services, queues)


WAYS: dict[str, Work] = {
    f"{ACCOUNTS} accounts at backlog": _at_backlog,
    f"{ACCOUNTS} accounts through the queue": _singly,
    f"{ACCOUNTS} accounts in messages of {BATCH}": _in_batches,
    "1 account, calls that cannot be booked": _unbookable,
}
BENCH = Bench(
    "commits", f"what the requests of {CALLS:,} calls are for: what a commit costs beside its transaction", measure
)
