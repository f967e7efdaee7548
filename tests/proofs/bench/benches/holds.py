"""Calls in progress: ratings, authorisations and settled holds, each beside what the same storage does at best."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from statistics import median
from time import perf_counter, process_time

from azure.data.tables.aio import TableServiceClient

from shared.adapters.storage.azure_tables import table_service
from shared.adapters.storage.lean_table import LeanTable
from shared.kernel.ids import AccountId
from shared.ledger.change import EventName
from shared.ports import Create
from shared.posting.decision import Decision
from shared.service.http import Request
from shared.service.services import Services
from shared.use_cases.calls.authorise_call import authorise_call
from shared.use_cases.calls.call_facts import facts_of
from shared.use_cases.calls.charge_call import charge_call
from shared.use_cases.usage.call import Call
from shared.wiring.names import LEDGER
from tests.proofs.bench.alternation import in_turns, ratio
from tests.proofs.bench.bench import Bench, Line, Target
from tests.proofs.bench.callers import CALLERS, calls_a_second
from tests.proofs.bench.calls import Calls
from tests.proofs.bench.raw_transactions import rows_a_second, transactions
from tests.proofs.bench.request_count import counted
from tests.proofs.bench.services import NewAccount, open_account, prepared_services, storage

CALLS = 1_000
LOTS = 5
OPEN_HOLDS = 1_000
LONDON = "+442079460123"
NAMES = count()


def measure() -> list[Line]:
    """Measure on one account."""
    with storage() as connection:
        return asyncio.run(_measure(connection))


async def _measure(connection: str) -> list[Line]:
    async with prepared_services(connection) as services, table_service(connection) as tables:
        ratings = await _ratings_a_second(services)
        rates = await in_turns(
            {
                "inserts": _inserts(tables),
                "authorised": _authorised(services, tables),
                "rows": _rows(tables),
                "settled": _settled(services, tables),
                "debits": _debits(services, tables, holds=0),
                "beside holds": _debits(services, tables, holds=OPEN_HOLDS),
            },
            rounds=3,
        )
        trips = await _round_trips(services, tables)
    inserts, rows, plain = "single inserts", "raw rows, adapter", "debits without holds"

    def line(what: str, name: str, unit: str, against: str = "", baseline: str = "") -> Line:
        relative = ratio(rates[name], rates[baseline]) if baseline else None
        return Line(what, median(rates[name]), unit, relative, against)

    return [
        Line("ratings: kind, pool, price, explanation", ratings, "calls/s of processor"),
        line(f"{inserts}, {CALLERS} at once", "inserts", "rows/s"),
        line("one account, authorisations", "authorised", "calls/s", inserts, "inserts"),
        Line("round trips of one authorisation, warm", trips, "requests", target=Target(most=2)),
        line(f"{rows}: 100 inserts a transaction", "rows", "rows/s"),
        line("one account, settled holds", "settled", "calls/s", rows, "rows"),
        line(f"one account, {plain}", "debits", "debits/s"),
        line(f"one account while {OPEN_HOLDS:,} holds are open", "beside holds", "debits/s", plain, "debits"),
    ]


async def _ratings_a_second(services: Services) -> float:
    """Charges a second of processor, without storage: everything that is decided for a call beside its lots."""
    [account] = Calls(0, services.clock.now()).accounts(1)
    await open_account(services, NewAccount(account, 1, None))
    book = await services.book(account)
    call = Call.model_validate(
        {
            "direction": "out",
            "service": "user",
            "user": "u",
            "called": LONDON,
            "startedAt": "2026-11-22T07:28:55Z",
            "durationSeconds": 130,
        }
    )
    facts = await facts_of(services, call, book.terms, services.clock.now())
    assert not hasattr(facts, "reason"), facts
    began = process_time()
    for _ in range(10 * CALLS):
        charge_call(book, facts, 130, EventName("s", "i"), services.rules.plan_sizes, hold=None)
    return 10 * CALLS / (process_time() - began)


async def _opened(services: Services, tables: TableServiceClient) -> AccountId:
    """A new account in an empty ledger, because Azurite searches all rows of a partition on every write."""
    await tables.delete_table(LEDGER)
    await tables.create_table(LEDGER)
    [account] = Calls(next(NAMES), services.clock.now()).accounts(1)
    await open_account(services, NewAccount(account, LOTS, None))
    return account


async def _ask(services: Services, account: AccountId, leg: str) -> None:
    body = json.dumps({"user": "u", "direction": "out", "service": "user", "called": LONDON, "wantedSeconds": 60})
    reply = await authorise_call(services, Request(None, {"account": account, "leg": leg}, {}, {}, body.encode()))
    assert isinstance(reply.value, dict)
    assert reply.value["allowed"], reply.value


async def _ask_all(services: Services, account: AccountId, legs: Sequence[str]) -> None:
    waiting = iter(legs)

    async def caller() -> None:
        for leg in waiting:
            await _ask(services, account, leg)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))


Contestant = Callable[[int], Awaitable[float]]


def _inserts(tables: TableServiceClient) -> Contestant:
    async def contestant(_round: int) -> float:
        await tables.delete_table("Raw")
        await tables.create_table("Raw")
        table = LeanTable(tables.get_table_client("Raw"))
        rows = iter([row for rows in transactions(CALLS) for row in rows])

        async def caller() -> None:
            for row in rows:
                await table.transact("single", [Create(row.key, row.values)])

        began = perf_counter()
        await asyncio.gather(*(caller() for _ in range(CALLERS)))
        return CALLS / (perf_counter() - began)

    return contestant


def _rows(tables: TableServiceClient) -> Contestant:
    async def contestant(_round: int) -> float:
        await tables.delete_table("Raw")
        await tables.create_table("Raw")
        return await rows_a_second(LeanTable(tables.get_table_client("Raw")), transactions(CALLS), 1)

    return contestant


def _authorised(services: Services, tables: TableServiceClient) -> Contestant:
    async def contestant(_round: int) -> float:
        account = await _opened(services, tables)
        began = perf_counter()
        await _ask_all(services, account, [f"leg-{number}" for number in range(CALLS)])
        return CALLS / (perf_counter() - began)

    return contestant


def _settled(services: Services, tables: TableServiceClient) -> Contestant:
    async def contestant(number: int) -> float:
        account = await _opened(services, tables)
        messages = Calls(number, services.clock.now()).messages([account], CALLS)
        await _ask_all(services, account, [json.loads(message)["data"]["leg"] for message in messages])
        return await calls_a_second(services, messages)

    return contestant


def _debits(services: Services, tables: TableServiceClient, holds: int) -> Contestant:
    async def contestant(number: int) -> float:
        account = await _opened(services, tables)
        await _ask_all(services, account, [f"leg-{number}" for number in range(holds)])
        messages = Calls(number, services.clock.now()).messages([account], CALLS)
        plain = [message.replace(b'"leg"', b'"noLeg"') for message in messages]
        return await calls_a_second(services, plain)

    return contestant


async def _round_trips(services: Services, tables: TableServiceClient) -> float:
    """The most requests of one authorisation among a hundred, one after the other, after the first."""
    account = await _opened(services, tables)
    await _ask(services, account, "first")
    most = 0
    for number in range(100):
        with counted() as requests:
            await _ask(services, account, f"leg-{number}")
        most = max(most, sum(requests.values()))
    await services.ledger.post(account, Decision(lambda _book, _now: None))
    return most


BENCH = Bench("holds", "ratings, authorisations and settled holds, relative to inserts into the same storage", measure)
