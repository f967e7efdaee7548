"""A customer who buys while hosts die: every purchase under its own key, asked again until it is answered."""

import random
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from time import monotonic, sleep
from typing import Any

import httpx

from local.machine.machine import Machine
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import HttpClient, usd

AMOUNT = Decimal(50)
BUYERS = 3
PAUSE = 0.2
"""Seconds before a refused connection is tried again; longer when the service asks for it."""

PATIENCE = 180.0


class Buyer:
    """Buys for one account, at whichever host answers."""

    def __init__(self, portal: HttpClient, account: str, purchases: int, hosts: int, seed: int) -> None:
        self._portal = portal
        self._account = account
        self._keys = [f"order-{number}" for number in range(purchases)]
        self._hosts = hosts
        self._seed = seed
        self.bought: dict[str, dict[str, Any]] = {}

    @property
    def spent(self) -> Decimal:
        """What all purchases together brought."""
        return AMOUNT * len(self.bought)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Buy meanwhile; at the end wait for the last answer."""
        with ThreadPoolExecutor(BUYERS) as buyers:
            orders: dict[str, Future[dict[str, Any]]] = {key: buyers.submit(self._buy, key) for key in self._keys}
            yield
            self.bought = {key: order.result() for key, order in orders.items()}

    def _buy(self, key: str) -> dict[str, Any]:
        """One purchase, and the same request once more."""
        first, again = self._answered(key), self._answered(key)
        assert first["id"] == again["id"], "one key, one purchase"
        return again

    def _answered(self, key: str) -> dict[str, Any]:
        dice, deadline = random.Random(f"{self._seed} {key}"), monotonic() + PATIENCE
        while monotonic() < deadline:
            try:
                answer = self._order(key, dice.randrange(self._hosts))
            except httpx.HTTPError:
                sleep(PAUSE)
                continue
            if answer.status_code in {200, 201}:
                return dict(answer.json())
            assert answer.status_code in {409, 500, 503}, answer.text
            sleep(float(answer.headers.get("Retry-After", PAUSE)))
        raise AssertionError(f"{key} was not answered for {PATIENCE:.0f} s")

    def _order(self, key: str, host: int) -> httpx.Response:
        wish = {"amount": usd(AMOUNT), "paymentMethod": "pm_card_visa"}
        return self._portal.tenant(
            "POST", self._account, "/purchases", host=host, json=wish, headers={"Idempotency-Key": key}
        )

    def compare(self, evidence: Evidence, machine: Machine) -> None:
        """Each key made one purchase, each purchase one charge and one lot."""
        shown = list(self._portal.items(self._account, "/purchases"))
        evidence.same_items("purchases", [item["id"] for item in shown], [item["id"] for item in self.bought.values()])
        evidence.same("states of purchases", {item["state"] for item in shown}, {"succeeded"})
        lots = [lot["id"] for lot in self._portal.items(self._account, "/lots") if lot["source"] == "purchase"]
        evidence.same_items("lots of purchases", lots, [item["lot"] for item in shown])
        charged = (
            httpx.get(f"{machine.payments}/_control/payments", trust_env=False, verify=False).raise_for_status().json()
        )
        evidence.same_items("charges", [item["succeededCharges"] for item in charged], [1] * len(self.bought))
