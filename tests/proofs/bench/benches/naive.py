"""The obvious debit, beside ours: read the balance, insert the record, update the balance, one transaction a call."""

import asyncio
from collections.abc import Iterator
from itertools import count
from statistics import median
from time import perf_counter

from azure.core import MatchConditions
from azure.data.tables import TableTransactionError, UpdateMode
from azure.data.tables.aio import TableClient

from shared.adapters.storage.azure_tables import table_service
from shared.service.services import Services
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line, Wanted
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.test_bed import GRANTED, Opening, bed, open_account, storage

CALLS = 2_000
SECONDS = 2.0
"""How long the naive one gets in each round; so many calls as ours would take it minutes."""
IN_FLIGHT = 32
ROUNDS = 5
PRICE = 10_000


def measure() -> list[Line]:
    """One account each, in turns."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    async with bed(connection) as services, table_service(connection) as tables:
        naive = Naive(await tables.create_table("Naive"))

        async def ours(number: int) -> float:
            return await _ours(services, number)

        rates = await in_turns({"naive": naive.calls_a_second, "ours": ours}, ROUNDS)
    by = "naive"
    return [
        Line(f"naive, {IN_FLIGHT} in flight", median(rates["naive"]), "debits/s"),
        Line("  transactions it lost", 100 * naive.lost / naive.tried, "% of tries"),
        Line(
            "ours, one account", median(rates["ours"]), "debits/s", ratio(rates["ours"], rates["naive"]), by, TEN_TIMES
        ),
    ]


async def _ours(services: Services, number: int) -> float:
    calls = Calls(number, services.clock.now())
    [account] = calls.accounts(1)
    await open_account(services, Opening(account, 1, None))
    return await calls_a_second(services, calls.messages([account], CALLS))


class Naive:
    """A balance row and a row for each call, with the SDK and without any group or cache."""

    def __init__(self, table: TableClient) -> None:
        self._table = table
        self.tried = self.lost = 0

    async def calls_a_second(self, number: int) -> float:
        """One account's rate, its balance row new."""
        account, calls = f"account-{number}", count()
        await self._table.create_entity({"PartitionKey": account, "RowKey": "balance", "amount": f"{GRANTED}"})
        began = perf_counter()
        done = await asyncio.gather(*(self._caller(account, calls, began + SECONDS) for _ in range(IN_FLIGHT)))
        return sum(done) / (perf_counter() - began)

    async def _caller(self, account: str, calls: Iterator[int], until: float) -> int:
        """How many calls one caller got debited before time ran out."""
        done = 0
        while perf_counter() < until:
            call = next(calls)
            while not await self._debited(account, call):
                self.lost += 1
                if perf_counter() >= until:
                    return done
            done += 1
        return done

    async def _debited(self, account: str, call: int) -> bool:
        """One try; False when somebody else updated the balance first."""
        self.tried += 1
        balance = await self._table.get_entity(account, "balance")
        guard = {"etag": balance.metadata["etag"], "match_condition": MatchConditions.IfNotModified}
        left = {**balance, "amount": str(int(balance["amount"]) - PRICE)}
        record = {"PartitionKey": account, "RowKey": f"call-{call}", "amount": PRICE}
        try:
            await self._table.submit_transaction(
                [("create", record), ("update", left, {"mode": UpdateMode.REPLACE, **guard})]
            )
        except TableTransactionError as refused:
            if refused.status_code == 412:
                return False
            raise
        return True


TEN_TIMES = Wanted(least=10)
BENCH = Bench("naive", "the same against reading the balance, inserting the record and updating the balance", measure)
