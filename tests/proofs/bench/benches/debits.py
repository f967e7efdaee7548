"""Debits per second at backlog, compared with the rate at which the same storage inserts rows of that size."""

import asyncio
from collections.abc import Awaitable, Callable
from statistics import median

from azure.data.tables.aio import TableServiceClient

from shared.adapters.storage.azure_tables import table_service
from shared.adapters.storage.lean_table import LeanTable
from shared.service.services import Services
from shared.wiring.composition import LEDGER
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.raw_transactions import by_the_adapter, by_the_sdk, transactions
from tests.proofs.bench.services import NewAccount, open_account, prepared_services, storage

CALLS = 3_000
LOTS = 5
ACCOUNTS = 50


def measure() -> list[Line]:
    """Measure one account and fifty, against raw rows through the SDK and through the adapter."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    async with prepared_services(connection) as services, table_service(connection) as tables:
        rates = await in_turns(
            {
                "sdk": _rows(tables, "sdk"),
                "one": _calls(services, tables, accounts=1),
                "adapter": _rows(tables, "adapter"),
                "fifty": _calls(services, tables, accounts=ACCOUNTS),
            }
        )
    by_sdk, by_adapter = "raw rows, SDK", "raw rows, adapter"
    one, fifty = median(rates["one"]), median(rates["fifty"])
    return [
        Line(f"{by_sdk}: 100 inserts a transaction", median(rates["sdk"]), "rows/s"),
        Line(f"{by_adapter}: the same rows", median(rates["adapter"]), "rows/s"),
        Line("one account", one, "debits/s", ratio(rates["one"], rates["sdk"]), by_sdk, Target(least=0.8)),
        Line("one account", one, "debits/s", ratio(rates["one"], rates["adapter"]), by_adapter),
        Line(f"{ACCOUNTS} accounts", fifty, "debits/s", ratio(rates["fifty"], rates["sdk"]), by_sdk),
        Line(f"{ACCOUNTS} accounts", fifty, "debits/s", ratio(rates["fifty"], rates["adapter"]), by_adapter),
    ]


async def _empty(tables: TableServiceClient, name: str) -> None:
    """Replace the table by an empty one, because Azurite searches all rows of a partition on every write."""
    await tables.delete_table(name)
    await tables.create_table(name)


def _rows(tables: TableServiceClient, client: str) -> Callable[[int], Awaitable[float]]:
    async def contestant(_round: int) -> float:
        await _empty(tables, "Raw")
        work, raw = transactions(CALLS), tables.get_table_client("Raw")
        if client == "sdk":
            return await by_the_sdk(raw, client, work)
        return await by_the_adapter(LeanTable(raw), client, work)

    return contestant


def _calls(services: Services, tables: TableServiceClient, accounts: int) -> Callable[[int], Awaitable[float]]:
    async def contestant(number: int) -> float:
        await _empty(tables, LEDGER)
        calls = Calls(number * ACCOUNTS + accounts, services.clock.now())
        new = calls.accounts(accounts)
        for account in new:
            await open_account(services, NewAccount(account, LOTS, None))
        return await calls_a_second(services, calls.messages(new, CALLS))

    return contestant


BENCH = Bench("debits", "debits per second at backlog, relative to raw inserts into the same storage", measure)
