"""The poison path: a call that cannot be booked in ten tries, because the rate card's stored rows are damaged."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from azure.data.tables import TableClient, UpdateMode

from local.commands.sample_card import SAMPLE
from local.machine.machine import Machine
from tests.proofs.prove.bad_input.cases import COST, Case, Maker
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import HttpClient

CARD = "damaged"
NO_PAUSE = {"AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01"}
"""Between tries: the pause of host.json, ten times over, proves no more."""

FUNDS = Decimal(10)


class Damaged:
    """An account on a card whose rows are broken for a while."""

    def __init__(self, machine: Machine, portal: HttpClient, maker: Maker, account: str) -> None:
        self._table = TableClient.from_connection_string(machine.storage, "RateCards")
        self._portal = portal
        self._maker = maker
        self._account = account
        self._name = maker.name()
        portal.operate(
            "PUT",
            f"/rate-cards/{CARD}/versions/2020-01-01T00:00:00Z",
            params={"currency": "USD"},
            content=SAMPLE.read_bytes(),
            headers={"Content-Type": "text/csv"},
        ).raise_for_status()
        portal.open(account, rateCard=CARD)  # looks at the list of cards only: the host has none of its rates in memory
        portal.grant(account, FUNDS, "PO 1")

    @contextmanager
    def card(self) -> Iterator[None]:
        """The card's rows are unreadable meanwhile."""
        every = [dict(row) for row in self._table.list_entities()]
        [place] = [row["generation"] for row in every if row.get("name") == CARD]
        rows: list[dict[str, Any]] = [row for row in every if row["PartitionKey"] == place]
        with self._table:
            for row in rows:
                self._table.update_entity({**row, "p0": "[]"}, mode=UpdateMode.REPLACE)
            yield
            for row in rows:
                self._table.update_entity(row, mode=UpdateMode.REPLACE)

    def case(self) -> Case:
        """One message: a call of this account, and a good one of another that must not suffer."""
        good = self._maker.name()
        events = [self._maker.event(self._name, {"account": self._account}), self._maker.event(good)]
        return Case("a call whose every try fails", json.dumps(events), {self._name: "poison"}, (good,))

    def compare(self, evidence: Evidence) -> None:
        """Once the card can be read again, the call is replayed and booked."""
        evidence.same("the damaged card's account", self._portal.balance(self._account), FUNDS)
        [item] = [found for found in self._portal.suspense() if found["reason"] == "poison"]
        replayed = self._portal.operate("POST", f"/suspense/{item['id']}/replay").raise_for_status().json()
        evidence.same("replay of the poisoned call", replayed["state"], "replayed")
        evidence.same("the account after it", self._portal.balance(self._account), FUNDS - COST)
