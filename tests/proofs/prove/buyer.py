"""A customer who buys while hosts are killed: each purchase has its own key and is repeated until it is answered."""

import random
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from time import monotonic, sleep
from typing import Any

import httpx

from local.machine.machine import Machine
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.http_client import HttpClient, usd

AMOUNT = Decimal(50)
BUYERS = 3
PAUSE_SECONDS = 0.2
"""Seconds between tries when a connection is refused; a `Retry-After` header takes precedence."""

ANSWER_SECONDS = 180.0


class Buyer:
    """Buys credit for one account, through randomly chosen hosts."""

    def __init__(self, client: HttpClient, account: str, purchases: int, hosts: int, seed: int) -> None:
        self._client = client
        self._account = account
        self._keys = [f"order-{number}" for number in range(purchases)]
        self._hosts = hosts
        self._seed = seed
        self.bought: dict[str, dict[str, Any]] = {}

    @property
    def spent(self) -> Decimal:
        """The sum of all purchases."""
        return AMOUNT * len(self.bought)

    @contextmanager
    def buying(self) -> Iterator[None]:
        """Buy in the background; on exit, wait for the last answer."""
        with ThreadPoolExecutor(BUYERS) as buyers:
            orders: dict[str, Future[dict[str, Any]]] = {key: buyers.submit(self._buy, key) for key in self._keys}
            yield
            self.bought = {key: order.result() for key, order in orders.items()}

    def _buy(self, key: str) -> dict[str, Any]:
        """Make one purchase, then send the same request again."""
        first, again = self._buy_until_answered(key), self._buy_until_answered(key)
        assert first["id"] == again["id"], "one key, one purchase"
        return again

    def _buy_until_answered(self, key: str) -> dict[str, Any]:
        rng, deadline = random.Random(f"{self._seed} {key}"), monotonic() + ANSWER_SECONDS
        while monotonic() < deadline:
            try:
                answer = self._order(key, rng.randrange(self._hosts))
            except httpx.HTTPError:
                sleep(PAUSE_SECONDS)
                continue
            if answer.status_code in {200, 201}:
                return dict(answer.json())
            assert answer.status_code in {409, 500, 503}, answer.text
            sleep(float(answer.headers.get("Retry-After", PAUSE_SECONDS)))
        raise AssertionError(f"{key} was not answered for {ANSWER_SECONDS:.0f} s")

    def _order(self, key: str, host: int) -> httpx.Response:
        body = {"amount": usd(AMOUNT), "paymentMethod": "pm_card_visa"}
        return self._client.tenant(
            "POST", self._account, "/purchases", host=host, json=body, headers={"Idempotency-Key": key}
        )

    def compare(self, checks: Checks, machine: Machine) -> None:
        """Check that each key made one purchase, and each purchase one charge and one lot."""
        shown = list(self._client.items(self._account, "/purchases"))
        checks.equal_items("purchases", [item["id"] for item in shown], [item["id"] for item in self.bought.values()])
        checks.equal("states of purchases", {item["state"] for item in shown}, {"succeeded"})
        lots = [lot["id"] for lot in self._client.items(self._account, "/lots") if lot["source"] == "purchase"]
        checks.equal_items("lots of purchases", lots, [item["lot"] for item in shown])
        charged = (
            httpx.get(f"{machine.payments}/_control/payments", trust_env=False, verify=False).raise_for_status().json()
        )
        checks.equal_items("charges", [item["succeededCharges"] for item in charged], [1] * len(self.bought))
