"""The service compared with naive debits: read the balance, insert the record and update the balance, per call."""

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
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.callers import calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.services import GRANTED, NewAccount, open_account, prepared_services, storage

CALLS = 2_000
SECONDS = 2.0
"""The duration of a naive round; as many calls as in the service's round would take minutes."""
IN_FLIGHT = (1, 2, 4, 32)
"""Callers at once. With one, no transaction is lost; with several, most are."""

ROUNDS = 3
PRICE = 10_000


def measure() -> list[Line]:
    """Measure naive debits and the service alternately, one account each."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    async with prepared_services(connection) as services, table_service(connection) as tables:
        table = await tables.create_table("Naive")
        naives = {in_flight: Naive(table, in_flight) for in_flight in IN_FLIGHT}

        async def service(number: int) -> float:
            return await _service(services, number)

        contestants = {f"{in_flight}": naive.calls_a_second for in_flight, naive in naives.items()}
        rates = await in_turns({**contestants, "service": service}, ROUNDS)
    lines = []
    for in_flight, naive in naives.items():
        lines.append(Line(f"naive, {in_flight} in flight", median(rates[f"{in_flight}"]), "debits/s"))
        lines.append(Line("  transactions lost", 100 * naive.lost / naive.tried, "% of tries"))
    best = max(IN_FLIGHT, key=lambda in_flight: median(rates[f"{in_flight}"]))
    mine = rates["service"]
    return [
        *lines,
        _service_line(mine, ratio(mine, rates[f"{best}"]), f"naive at its best, {best} in flight", FIVE_TIMES),
        _service_line(mine, ratio(mine, rates[f"{IN_FLIGHT[-1]}"]), f"naive, {IN_FLIGHT[-1]} in flight", None),
    ]


def _service_line(mine: list[float], times: float, by: str, target: Target | None) -> Line:
    return Line("the service, one account", median(mine), "debits/s", times, by, target)


async def _service(services: Services, number: int) -> float:
    calls = Calls(number, services.clock.now())
    [account] = calls.accounts(1)
    await open_account(services, NewAccount(account, 1, None))
    return await calls_a_second(services, calls.messages([account], CALLS))


class Naive:
    """Keeps a balance row and a row per call with the SDK, without grouping or caching."""

    def __init__(self, table: TableClient, in_flight: int) -> None:
        self._table, self._in_flight = table, in_flight
        self.tried = self.lost = 0

    async def calls_a_second(self, number: int) -> float:
        """Debits per second of one new account."""
        account, calls = f"account-{number}-{self._in_flight}", count()
        await self._table.create_entity({"PartitionKey": account, "RowKey": "balance", "amount": f"{GRANTED}"})
        began = perf_counter()
        done = await asyncio.gather(*(self._caller(account, calls, began + SECONDS) for _ in range(self._in_flight)))
        return sum(done) / (perf_counter() - began)

    async def _caller(self, account: str, calls: Iterator[int], until: float) -> int:
        """The number of calls that one caller debits before *until*."""
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
        """Try once to debit a call; False when another caller updated the balance first."""
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


FIVE_TIMES = Target(least=5)
BENCH = Bench(
    "naive",
    "debits per second, relative to reading the balance, inserting the record and updating the balance",
    measure,
)
