"""Debits per second at backlog by the number of accounts, over both clients of the tables, and the same rows inserted
bare: one transaction after the other, and four in flight.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from statistics import median
from time import thread_time

from azure.data.tables.aio import TableServiceClient

from shared.adapters.clock import SystemClock
from shared.adapters.storage.azure_tables import table_service
from shared.kernel.ids import AccountId
from shared.service.services import Services
from shared.settings import TableClientName, read_settings
from shared.wiring.composition import TABLE_CLIENTS, opened
from shared.wiring.garbage import spare_garbage_collector
from shared.wiring.names import LEDGER
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.raw_transactions import rows_a_second, transactions
from tests.proofs.bench.services import (
    NewAccount,
    create_tables_and_queues,
    open_account,
    publish,
    settings_for,
    storage,
)
from tests.proofs.bench.waiting_records import store_waiting

CALLS = {1: 3_000, 50: 2_000, 1_000: 2_000}
"""Calls of a round by the number of accounts, which get them in turns."""

RAW_ROWS = 3_000
IN_FLIGHT = (1, 4)
LOTS = 5
OPENED_AT_ONCE = 64
ROUNDS = 3

SDK, LEAN = TableClientName.SDK, TableClientName.LEAN
NAMES = {SDK: "azure-data-tables", LEAN: "the lean client"}

FASTER = {1: Target(least=2), 50: Target(least=2.5), 1_000: Target(least=2.5)}
"""How many times the debits of azure-data-tables, which version 0.1.0 used, the lean client makes."""

PROCESSOR = {50: Target(most=0.8)}
"""Milliseconds of processor time a call, with the lean client."""

Contestant = Callable[[int], Awaitable[float]]
Figures = Mapping[str, list[float]]


def measure() -> list[Line]:
    """Everything in turns, in one process on one emulator."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    await create_tables_and_queues(connection)
    costs: dict[str, list[float]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        tables = await stack.enter_async_context(table_service(connection))
        services = {client: await stack.enter_async_context(_services(connection, client)) for client in NAMES}
        await publish(services[LEAN])
        spare_garbage_collector()
        contestants = {
            f"{accounts} {client}": _calls(services[client], tables, costs[f"{accounts} {client}"], accounts)
            for accounts in CALLS
            for client in NAMES
        }
        contestants |= {f"raw {count} {client}": _raw(tables, client, count) for count in IN_FLIGHT for client in NAMES}
        rates = await in_turns(contestants, ROUNDS)
    lines = [line for accounts in CALLS for line in _of(accounts, rates, costs)]
    return [*lines, *_against_raw(rates)]


def _of(accounts: int, rates: Figures, costs: Figures) -> Sequence[Line]:
    """Rate and processor time with each client; the lean one is compared with the other."""
    sdk, lean = f"{accounts} {SDK}", f"{accounts} {LEAN}"
    what = "1 account" if accounts == 1 else f"{accounts:,} accounts"
    return [
        Line(f"{what}, {NAMES[SDK]}", median(rates[sdk]), "debits/s"),
        Line(
            f"{what}, {NAMES[LEAN]}",
            median(rates[lean]),
            "debits/s",
            ratio(rates[lean], rates[sdk]),
            NAMES[SDK],
            FASTER[accounts],
        ),
        Line(f"  a call, {NAMES[SDK]}", median(costs[sdk]), "ms of processor"),
        Line(f"  a call, {NAMES[LEAN]}", median(costs[lean]), "ms of processor", target=PROCESSOR.get(accounts)),
    ]


def _against_raw(rates: Figures) -> Sequence[Line]:
    """The bare inserts, and the debits of one account compared with each."""
    one = rates[f"1 {LEAN}"]
    lines = []
    for count in IN_FLIGHT:
        for client, name in NAMES.items():
            raw, what = rates[f"raw {count} {client}"], f"raw rows, {name}, {count} in flight"
            lines.append(Line(what, median(raw), "rows/s"))
            target = Target(least=0.8) if (count, client) == (1, SDK) else None
            lines.append(Line("  1 account, the lean client", median(one), "debits/s", ratio(one, raw), what, target))
    return lines


def _services(connection: str, client: TableClientName):
    return opened(read_settings({**settings_for(connection), "Tables__client": client}), SystemClock())


async def _empty(tables: TableServiceClient, name: str) -> None:
    """Replace the table by an empty one, because Azurite searches all rows of a partition on every write."""
    await tables.delete_table(name)
    await tables.create_table(name)


async def _open(services: Services, accounts: Sequence[AccountId]) -> None:
    """Open the accounts, many at once, because they are not measured. Few accounts have several lots."""
    waiting, lots = iter(accounts), LOTS if len(accounts) < OPENED_AT_ONCE else 1

    async def opener() -> None:
        for account in waiting:
            await open_account(services, NewAccount(account, lots, None))

    await asyncio.gather(*(opener() for _ in range(OPENED_AT_ONCE)))


def _raw(tables: TableServiceClient, client: TableClientName, in_flight: int) -> Contestant:
    async def contestant(_round: int) -> float:
        await _empty(tables, "Raw")
        table = TABLE_CLIENTS[client](tables.get_table_client("Raw"))
        return await rows_a_second(table, transactions(RAW_ROWS), in_flight)

    return contestant


def _calls(services: Services, tables: TableServiceClient, costs: list[float], accounts: int) -> Contestant:
    async def contestant(number: int) -> float:
        """Calls a second; the processor time of each, with that of its record, goes into *costs*, except in the first
        round.
        """
        await _empty(tables, LEDGER)
        calls = Calls(number * 10_000 + accounts, services.clock.now())
        new = calls.accounts(accounts)
        await _open(services, new)
        messages = calls.messages(new, CALLS[accounts])
        began = thread_time()
        rate = await calls_a_second(services, messages)
        await store_waiting(services, new)
        if number > 0:
            costs.append(1000 * (thread_time() - began) / len(messages))
        return rate

    return contestant


BENCH = Bench(
    "debits", "debits per second at backlog by the number of accounts, over both clients of the tables", measure
)
