"""Both clients of the tables side by side: processor time of transactions, reads and calls, and debits a second."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from statistics import median
from time import thread_time

from azure.data.tables.aio import TableServiceClient

from shared.adapters.clock import SystemClock
from shared.adapters.storage.azure_tables import table_service
from shared.service.services import Services
from shared.settings import TableClientName, read_settings
from shared.wiring.composition import TABLE_CLIENTS, opened
from shared.wiring.garbage import spare_garbage_collector
from shared.wiring.names import LEDGER
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.raw_transactions import transactions
from tests.proofs.bench.services import (
    NewAccount,
    create_tables_and_queues,
    open_account,
    publish,
    settings_for,
    storage,
)

ROUNDS = 3
ROWS = {4: 100, 98: 20}
"""Transactions of each size: a debit of one call, and a full commit."""

READS = {1: 200, 30: 60}
"""Reads of each size: an alarm, and the working set of a book."""

CALLS = {1: 3_000, 50: 2_000}
"""Calls by the number of accounts that they are spread over."""

SDK, LEAN = TableClientName.SDK, TableClientName.LEAN

Contestant = Callable[[int], Awaitable[float]]
Costs = dict[str, list[float]]


def measure() -> list[Line]:
    """Each client in turn, in one process on one emulator."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    await create_tables_and_queues(connection)
    costs: Costs = defaultdict(list)
    async with AsyncExitStack() as stack:
        tables = await stack.enter_async_context(table_service(connection))
        services = {client: await stack.enter_async_context(_services(connection, client)) for client in (SDK, LEAN)}
        await publish(services[SDK])
        spare_garbage_collector()
        transacted = {f"{client} {rows}": _transactions(tables, client, rows) for rows in ROWS for client in services}
        processor = await in_turns(transacted, ROUNDS)
        read = {f"{client} {rows}": _reads(tables, client, rows) for rows in READS for client in services}
        reading = await in_turns(read, ROUNDS)
        called = {
            f"{client} {accounts}": _calls(services[client], tables, costs, f"{client} {accounts}", accounts)
            for accounts in CALLS
            for client in services
        }
        rates = await in_turns(called, ROUNDS)
    lines: list[Line] = []
    for rows in ROWS:
        lines += _pair(f"a transaction of {rows} rows", processor, rows, "ms of processor", Target(most=0.25))
    for rows in READS:
        lines += _pair(f"a read of {rows} rows", reading, rows, "ms of processor", None)
    for accounts in CALLS:
        what = "1 account" if accounts == 1 else f"{accounts} accounts"
        lines += _pair(f"{what}: calls", rates, accounts, "debits/s", Target(least=1.2))
        lines += _pair(f"{what}: a call", costs, accounts, "ms of processor", None)
    return lines


def _pair(what: str, figures: Mapping[str, list[float]], size: int, unit: str, wanted: Target | None) -> list[Line]:
    """A line for each client; the second is compared with the first."""
    sdk, lean = figures[f"{SDK} {size}"], figures[f"{LEAN} {size}"]
    return [
        Line(f"{what}, azure-data-tables", median(sdk), unit),
        Line(f"{what}, the lean client", median(lean), unit, ratio(lean, sdk), "azure-data-tables", wanted),
    ]


def _services(connection: str, client: TableClientName):
    return opened(read_settings({**settings_for(connection), "Tables__client": client}), SystemClock())


async def _empty(tables: TableServiceClient, name: str) -> None:
    """A new table: Azurite searches a partition's rows at every write, so a full one would be slower."""
    await tables.delete_table(name)
    await tables.create_table(name)


def _transactions(tables: TableServiceClient, client: TableClientName, rows: int) -> Contestant:
    async def contestant(_round: int) -> float:
        """Milliseconds of processor time for each transaction."""
        await _empty(tables, "Raw")
        table = TABLE_CLIENTS[client](tables.get_table_client("Raw"))
        work = [writes[:rows] for writes in transactions(100 * ROWS[rows])]
        began = thread_time()
        for number, writes in enumerate(work):
            await table.transact(f"{number}", writes)
        return 1000 * (thread_time() - began) / len(work)

    return contestant


def _reads(tables: TableServiceClient, client: TableClientName, rows: int) -> Contestant:
    async def contestant(_round: int) -> float:
        """Milliseconds of processor time for each read."""
        await _empty(tables, "Raw")
        table = TABLE_CLIENTS[client](tables.get_table_client("Raw"))
        [writes] = transactions(100)
        await table.transact("p", writes[:rows])
        began = thread_time()
        for _ in range(READS[rows]):
            await table.range("p", "", "~")
        return 1000 * (thread_time() - began) / READS[rows]

    return contestant


def _calls(services: Services, tables: TableServiceClient, costs: Costs, name: str, accounts: int) -> Contestant:
    async def contestant(number: int) -> float:
        """Calls a second; their processor time goes into *costs*, but for the first round."""
        await _empty(tables, LEDGER)
        calls = Calls(number * 100 + accounts, services.clock.now())
        new = calls.accounts(accounts)
        for account in new:
            await open_account(services, NewAccount(account, 5, None))
        messages = calls.messages(new, CALLS[accounts])
        began = thread_time()
        rate = await calls_a_second(services, messages)
        if number > 0:
            costs[name].append(1000 * (thread_time() - began) / len(messages))
        return rate

    return contestant


BENCH = Bench("clients", "the two clients of the tables side by side", measure)
"""Both are in the service: the setting `Tables__client` chooses one."""
