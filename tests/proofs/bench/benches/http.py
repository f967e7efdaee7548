"""Processor time of requests in the embedded host: a bare one, a balance, a purchase with its webhooks."""

import os
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import httpx

from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from shared.kernel.ids import AccountId
from tests.proofs.bench.bench import Bench, Line
from tests.proofs.bench.calls import Calls
from tests.proofs.prove.http_client import HttpClient, usd

ROUNDS = 3
READS, PURCHASES = 200, 12
"""Requests of a round. An account may have forty lots, so each round buys for another one."""

IDLE_SECONDS = 3.0
WEBHOOKS_SECONDS = 1.0
"""How long the last webhooks of a round may take. The host's idle time in it is subtracted."""

TICK = 1 / os.sysconf("SC_CLK_TCK")
ANY_NUMBER = {"Throttle__requestsPerMinute": "100000", "Throttle__cardAttemptsPerHour": "1000"}


def measure() -> list[Line]:
    """Measure one host. What it does anyway, such as asking its queues, is measured first and subtracted."""
    with Machine.start(None, settings=ANY_NUMBER) as machine, HttpClient(machine) as client:
        publish_sample_card(machine)
        host = Host(machine.workers[0].pid)
        calls = Calls(21, machine.now())
        accounts = calls.accounts(ROUNDS + 1)
        for account in accounts:
            client.open(account)
            client.grant(account, Decimal(100), "bench")
        found: dict[str, list[float]] = {name: [] for name in WAYS}
        for number, account in enumerate(accounts):
            for name, (count, send) in WAYS.items():
                spent = host.cost(partial(send, client, account), count)
                if number > 0:  # the first round loads the clients
                    found[name].append(spent)
    return [
        Line("the host, when nothing happens", 1000 * host.idle, "ms of processor a second"),
        *(Line(name, median(spent), "ms of processor") for name, spent in found.items()),
    ]


class Host:
    """The process of a host, and what it costs when nothing happens: seconds of processor time a second."""

    def __init__(self, pid: int) -> None:
        self._times = Path(f"/proc/{pid}/stat")
        began = self._spent()
        sleep(IDLE_SECONDS)
        self.idle = (self._spent() - began) / IDLE_SECONDS

    def _spent(self) -> float:
        """Its processor time so far. Linux shows it in ticks of a hundredth of a second."""
        fields = self._times.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK

    def cost(self, send: Callable[[int], httpx.Response], count: int) -> float:
        """Milliseconds of processor time for each of *count* requests, the webhooks that follow included."""
        spent, began = self._spent(), perf_counter()
        for number in range(count):
            answer = send(number)
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
BENCH = Bench("http", "processor time of a request in the host: a bare one, a balance, a purchase", measure)
