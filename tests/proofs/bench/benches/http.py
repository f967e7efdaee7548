"""Processor time of requests in the embedded host, with both clients of the tables: a bare one, a balance, a purchase
with its webhooks.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import httpx

from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from shared.kernel.ids import AccountId
from shared.settings import TableClientName
from tests.proofs.bench.alternation import ratio
from tests.proofs.bench.bench import Bench, Line
from tests.proofs.bench.calls import Calls
from tests.proofs.prove.http_client import HttpClient, usd

SDK, LEAN = TableClientName.SDK, TableClientName.LEAN

ROUNDS = 3
READS, PURCHASES = 200, 12
"""Requests of a round. An account may have forty lots, so each round buys for another one."""

IDLE_SECONDS = 3.0
WEBHOOKS_SECONDS = 1.0
"""How long the last webhooks of a round may take. The host's idle time in it is subtracted."""

TICK = 1 / os.sysconf("SC_CLK_TCK")
ANY_NUMBER = {"Throttle__requestsPerMinute": "100000", "Throttle__cardAttemptsPerHour": "1000"}


def measure() -> list[Line]:
    """Measure two hosts in turns, one with each client of the tables, each with its own storage."""
    found: dict[tuple[TableClientName, str], list[float]] = defaultdict(list)
    with ExitStack() as stack:
        hosts = [stack.enter_context(_started(name)) for name in (SDK, LEAN)]
        for number in range(ROUNDS + 1):
            for way in WAYS:
                for host in hosts:
                    spent = host.cost(way, number)
                    if number > 0:  # the first round loads the clients
                        found[host.tables, way].append(spent)
    lines = [Line("the host, when nothing happens", 1000 * hosts[-1].idle, "ms of processor a second")]
    for way in WAYS:
        sdk, lean = found[SDK, way], found[LEAN, way]
        lines.append(Line(f"{way}, azure-data-tables", median(sdk), "ms of processor"))
        lines.append(
            Line(f"{way}, the lean client", median(lean), "ms of processor", ratio(lean, sdk), "azure-data-tables")
        )
    return lines


@contextmanager
def _started(tables: TableClientName) -> Iterator["Host"]:
    """A host with accounts that have credit, one for each round."""
    settings = {**ANY_NUMBER, "Tables__client": tables}
    with Machine.start(None, settings=settings) as machine, HttpClient(machine) as client:
        publish_sample_card(machine)
        accounts = Calls(21, machine.now()).accounts(ROUNDS + 1)
        for account in accounts:
            client.open(account)
            client.grant(account, Decimal(100), "bench")
        yield Host(tables, machine.workers[0].pid, client, accounts)


class Host:
    """A host's process. What it does anyway, such as asking its queues, is measured first and subtracted."""

    def __init__(self, tables: TableClientName, pid: int, client: HttpClient, accounts: Sequence[AccountId]) -> None:
        self.tables = tables
        self._client = client
        self._accounts = accounts
        self._times = Path(f"/proc/{pid}/stat")
        began = self._spent()
        sleep(IDLE_SECONDS)
        self.idle = (self._spent() - began) / IDLE_SECONDS
        """Seconds of processor time a second."""

    def _spent(self) -> float:
        """Its processor time so far. Linux shows it in ticks of a hundredth of a second."""
        fields = self._times.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK

    def cost(self, way: str, number: int) -> float:
        """Milliseconds of processor time for each request of round *number*, the webhooks that follow included."""
        count, send = WAYS[way]
        spent, began = self._spent(), perf_counter()
        for order in range(count):
            answer = send(self._client, self._accounts[number], order)
            assert answer.status_code in {200, 201, 404}, answer.text
        sleep(WEBHOOKS_SECONDS)
        return 1000 * (self._spent() - spent - self.idle * (perf_counter() - began)) / count


def _bare(client: HttpClient, _account: AccountId, _number: int) -> httpx.Response:
    """An address that no operation has: the app answers without storage and without checking the token."""
    return client.operate("GET", "/nothing-here")


def _balance(client: HttpClient, account: AccountId, _number: int) -> httpx.Response:
    return client.tenant("GET", account)


def _purchase(client: HttpClient, account: AccountId, number: int) -> httpx.Response:
    body = {"amount": usd(Decimal(50)), "paymentMethod": "pm_card_visa"}
    return client.tenant("POST", account, "/purchases", json=body, headers={"Idempotency-Key": f"order {number}"})


WAYS: dict[str, tuple[int, Callable[[HttpClient, AccountId, int], httpx.Response]]] = {
    "a bare request": (READS, _bare),
    "a balance": (READS, _balance),
    "a purchase, webhooks included": (PURCHASES, _purchase),
}
BENCH = Bench("http", "processor time of a request with both clients: a bare one, a balance, a purchase", measure)
