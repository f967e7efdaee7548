"""One test card's way through a running service: stored, used for a purchase, charged by auto-recharge."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx

from local.machine.machine import Machine
from tests.proofs.prove.calls import new_account
from tests.proofs.prove.cards import table
from tests.proofs.prove.cards.table import CardRow
from tests.proofs.prove.http_client import HttpClient, usd

FIFTY, FIVE, TRIGGER = Decimal(50), Decimal(5), Decimal(100)

SUBJECTS = {
    "recharged with": table.SUCCEEDED_MAIL,
    "we will try again": table.TRIED_AGAIN_MAIL,
    "please act": table.REFUSED_MAIL,
    "switched off": "auto-recharge off",
    "wants you to confirm": table.HOLDER_MAIL,
}


class OneCard:
    """An account with its own administrator, and one test card."""

    def __init__(self, machine: Machine, client: HttpClient, row: CardRow, rng: random.Random) -> None:
        self._machine, self._client, self._row = machine, client, row
        self._account = new_account(rng)
        self._address = f"{row.number}@example.com"
        self._card = row.method

    def observed(self) -> CardRow:
        """What the service makes of the card."""
        row = self._row
        self._client.open(self._account)
        self._client.change(self._account, "/administrators", [{"address": self._address, "roles": ["billing"]}])
        self._client.grant(self._account, FIVE, row.number)
        storing, purchase, recharge = self._store(), self._buy(), self._recharge()
        return CardRow(row.method, row.number, storing, purchase, recharge, self._state(), self._emails())

    def _store(self) -> str:
        answer = self._send("POST", "/payment-methods", {"paymentMethod": self._row.method})
        if answer.status_code == 202:
            setup = self._control("objects/setups")[-1]["id"]
            self._resolve(f"setups/{setup}")
        elif answer.status_code != 201:
            return f"declined: {answer.json()['detail'].rpartition(': ')[2]}"
        (self._card,) = [card["id"] for card in self._client.items(self._account, "/payment-methods")]
        return table.CONFIRMED_AND_STORED if answer.status_code == 202 else table.STORED

    def _buy(self) -> str:
        body = {"amount": usd(FIFTY), "paymentMethod": self._card}
        bought = self._send("POST", "/purchases", body, {"Idempotency-Key": "one"}).raise_for_status().json()
        asks = bought["state"] == "requiresAction"
        if asks:
            payment = bought["clientSecret"].partition("_secret")[0]
            self._resolve(f"payments/{payment}")
            self._settle()
            bought = self._send("GET", f"/purchases/{bought['id']}").raise_for_status().json()
        if bought["state"] == "succeeded":
            return table.CONFIRMED_AND_PAID if asks else table.SUCCEEDS
        return f"{bought['state']}: {bought['reason']}"

    def _recharge(self) -> str:
        etag = self._send("GET", "/auto-recharge").headers["ETag"]
        body = {"enabled": True, "trigger": usd(TRIGGER), "amount": usd(FIFTY)}
        armed = self._send("PUT", "/auto-recharge", body, {"If-Match": etag})
        if armed.status_code == 422 and armed.json()["code"] == "no_payment_method":
            return table.NO_CARD
        armed.raise_for_status()
        self._settle()
        kinds = [item["kind"] for item in self._client.items(self._account, "/movements")]
        found = self._send("GET", "/auto-recharge").raise_for_status().json()
        if "recharge" in kinds:
            return table.SUCCEEDS
        if not found["enabled"]:
            return table.REFUSED
        return table.TRIED_AGAIN if found["nextAttempt"] else table.WAITS

    def _state(self) -> str:
        cards = list(self._client.items(self._account, "/payment-methods"))
        if not cards:
            return "not stored"
        if cards[0]["refused"]:
            return "refused"
        return "needs its holder" if cards[0]["needsHolder"] else "usable"

    def _emails(self) -> str:
        sent = httpx.get(f"{self._machine.mailbox}/messages", trust_env=False).raise_for_status().json()
        subjects = [each["subject"] for each in sent if self._address in str(each["to"])]
        found = [name for part, name in SUBJECTS.items() if any(part in subject for subject in subjects)]
        return "; ".join(found) or "none"

    def _settle(self) -> None:
        """Let everything that is under way end."""
        self._machine.move_clock(self._machine.now() + timedelta(minutes=5))

    def _send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> httpx.Response:
        return self._client.tenant(method, self._account, path, json=body, headers=headers or {})

    def _control(self, path: str) -> Any:
        return httpx.get(f"{self._machine.payments}/_control/{path}", trust_env=False).raise_for_status().json()

    def _resolve(self, path: str) -> None:
        address = f"{self._machine.payments}/_control/{path}/resolve"
        httpx.post(address, json={"outcome": "succeed"}, trust_env=False).raise_for_status()
