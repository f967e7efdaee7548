"""A scenario that creates every kind of row."""

import json
from datetime import timedelta
from decimal import Decimal

from local.machine.machine import Machine
from shared.kernel.times import instant_text
from tests.proofs.prove.calls import envelope
from tests.proofs.prove.http_client import TENANT_ROLES, HttpClient, usd
from tests.proofs.prove.usage_queue import UsageQueue

FIFTY = Decimal(50)
ADMINISTRATORS = [{"address": "ann@contoso.example", "roles": ["Billing Administrator"]}]
SOURCE = "urn:example:sbc-1"
NOBODY = "00000000-0000-4000-8000-00000000dead"


class Scenario:
    """A main account with every kind of row, another tenant, and calls of an unknown account."""

    def __init__(self, machine: Machine, client: HttpClient, queue: UsageQueue, account: str, other: str) -> None:
        self._machine = machine
        self._client = client
        self._queue = queue
        self.account = account
        self.other = other

    def run_first_part(self) -> None:
        """Create a spent lot, overdraft, a purchase that settles it, auto-recharge, a recharge."""
        client = self._client
        for account in (self.account, self.other):
            client.open(account)
            client.grant(account, Decimal("0.05"), "PO 1")
        client.change(self.account, "/administrators", ADMINISTRATORS)
        self._call("more than there is", seconds=300)
        self._buy("order-1", "pm_card_visa")
        self._tenant("/payment-methods", {"paymentMethod": "pm_card_visa"})
        order = {"enabled": True, "trigger": usd(Decimal("49.9")), "amount": usd(FIFTY)}
        client.change(self.account, "/auto-recharge", order)
        self._call("down to the trigger", seconds=600)

    def run_second_part(self) -> None:
        """Create a lapsed promotion, a correction, usage that cannot be booked, purchases that failed or wait."""
        ends = self._machine.now() + timedelta(days=1)
        body = {
            "amount": usd(Decimal(1)),
            "reference": "spring",
            "kind": "promotional",
            "expiresAt": instant_text(ends),
        }
        headers = {"Idempotency-Key": "spring"}
        self._client.operate("POST", f"/accounts/{self.account}/grants", json=body, headers=headers).raise_for_status()
        self._call("of the promotion", seconds=60)
        self._machine.move_clock(ends + timedelta(days=5))
        self._call("corrected", seconds=60)
        self._call("corrected", seconds=180)
        [conflict] = self._client.suspense()
        self._client.operate("POST", f"/suspense/{conflict['id']}/accept").raise_for_status()
        self._call("too long", seconds=90_000)
        self._call("of nobody", seconds=60, account=NOBODY)
        self._call("of another", seconds=60, account=self.other)
        self._buy("order-2", "pm_card_visa_chargeDeclined")
        self._buy("order-3", "pm_card_authenticationRequired")
        for number in range(3):
            self._call(f"last-{number}", seconds=60)
        self._use_a_pool()
        self._authorise("in progress")
        self._store_records()

    def _use_a_pool(self) -> None:
        """Subscribe to a calling plan, assign a licence, and report a call within the plan's minutes."""
        plan = {"plan": "MCOPSTN1", "licences": 1, "usageLocation": "US", "channel": "direct", "agreement": "web"}
        items = [{"id": "S-1", **plan, "from": "2020-01-01T00:00:00Z"}]
        self._client.change(self.account, "/subscriptions", {"items": items})
        licence = {"communicationsCredits": True, "plan": "MCOPSTN1"}
        path = f"/accounts/{self.account}/licences/user-1"
        self._client.send("PUT", path, TENANT_ROLES, tenant=self.account, json=licence).raise_for_status()
        self._call("in the pool", seconds=60, called="+16175550123")

    def _authorise(self, leg: str) -> None:
        """Hold credit for a call that does not end."""
        asked = {"user": "user-1", "direction": "out", "service": "user", "called": "+442079460123"}
        path = f"/accounts/{self.account}/calls/{leg}/authorise"
        answer = self._client.send("POST", path, ("Calls.Authorise",), tenant=self.account, json=asked)
        assert answer.raise_for_status().json()["allowed"], answer.text

    def _store_records(self) -> None:
        """Ask for the calls, before which waiting records are stored: in copied rows, nothing would send them."""
        for account in (self.account, self.other):
            self._client.send("GET", f"/accounts/{account}/calls", TENANT_ROLES, tenant=account).raise_for_status()

    def _buy(self, key: str, method: str) -> None:
        self._tenant("/purchases", {"amount": usd(FIFTY), "paymentMethod": method}, {"Idempotency-Key": key})
        self._queue.settle()

    def _tenant(self, path: str, body: object, headers: dict[str, str] | None = None) -> None:
        self._client.tenant("POST", self.account, path, json=body, headers=headers or {}).raise_for_status()

    def _call(self, name: str, *, seconds: int, account: str | None = None, called: str = "+442079460123") -> None:
        """Report a call, by default to London, and wait until it is processed."""
        data = {
            "account": account or self.account,
            "user": "user-1",
            "direction": "out",
            "service": "user",
            "called": called,
            "startedAt": instant_text(self._machine.now() - timedelta(hours=1)),
            "durationSeconds": seconds,
        }
        self._queue.send([json.dumps(envelope(SOURCE, name, data))])
        self._queue.settle()
