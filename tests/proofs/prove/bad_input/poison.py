"""A call that becomes poison: it cannot be booked in ten tries, because its rate card's stored rows are damaged."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from azure.data.tables import TableClient, UpdateMode

from local.commands.sample_card import SAMPLE
from local.machine.machine import Machine
from tests.proofs.prove.bad_input.cases import COST, Case, EventFactory
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.http_client import HttpClient

CARD = "damaged"
NO_PAUSE = {"AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01"}
"""A short pause between the ten tries; the longer one of host.json would prove nothing more."""

FUNDS = Decimal(10)


class DamagedCard:
    """An account with a rate card whose rows are damaged for a while."""

    def __init__(self, machine: Machine, client: HttpClient, events: EventFactory, account: str) -> None:
        self._table = TableClient.from_connection_string(machine.storage, "RateCards")
        self._client = client
        self._events = events
        self._account = account
        self._name = events.name()
        client.operate(
            "PUT",
            f"/rate-cards/{CARD}/versions/2020-01-01T00:00:00Z",
            params={"currency": "USD"},
            content=SAMPLE.read_bytes(),
            headers={"Content-Type": "text/csv"},
        ).raise_for_status()
        client.open(account, rateCard=CARD)  # reads the list of cards only, so the host caches no rates
        client.grant(account, FUNDS, "PO 1")

    @contextmanager
    def card(self) -> Iterator[None]:
        """Damage the card's rows inside the block, and restore them after it."""
        every = [dict(row) for row in self._table.list_entities()]
        [place] = [row["generation"] for row in every if row.get("name") == CARD and "generation" in row]
        rows: list[dict[str, Any]] = [row for row in every if row["PartitionKey"] == place]
        with self._table:
            for row in rows:
                self._table.update_entity({**row, "p0": "[]"}, mode=UpdateMode.REPLACE)
            yield
            for row in rows:
                self._table.update_entity(row, mode=UpdateMode.REPLACE)

    def case(self) -> Case:
        """One message with a call of this account, and a valid call of another account, which must be booked."""
        good = self._events.name()
        events = [self._events.event(self._name, {"account": self._account}), self._events.event(good)]
        return Case("a call whose every try fails", json.dumps(events), {self._name: "poison"}, (good,))

    def compare(self, checks: Checks) -> None:
        """Check that the call can be replayed and is booked once the card is readable again."""
        checks.equal("the damaged card's account", self._client.balance(self._account), FUNDS)
        [item] = [found for found in self._client.suspense() if found["reason"] == "poison"]
        replayed = self._client.operate("POST", f"/suspense/{item['id']}/replay").raise_for_status().json()
        checks.equal("replay of the poisoned call", replayed["state"], "replayed")
        checks.equal("the account after it", self._client.balance(self._account), FUNDS - COST)
