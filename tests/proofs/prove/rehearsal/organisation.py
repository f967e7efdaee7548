"""The customer in rehearsals: one account with its calls, payments and administrators."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Self
from uuid import uuid4

import httpx

from local.commands.sample_card import SAMPLE
from shared.kernel.times import instant_text
from tests.proofs.prove.calls import envelope
from tests.proofs.prove.http_client import money, usd
from tests.proofs.prove.rehearsal.environment import Environment

LONDON, UNRATED = "+442079460123", "+99912345678"
COST_OF_A_MINUTE = Decimal("0.012")
"""A call to London, by the sample card."""

TEN, FIFTY = Decimal(10), Decimal(50)


@dataclass(frozen=True, slots=True)
class Organisation:
    """One account on the machine of an environment."""

    env: Environment
    account: str

    @classmethod
    def open(cls, env: Environment, funds: Decimal = TEN, **terms: str) -> Self:
        """A new account with some funds."""
        made = cls(env, str(uuid4()))
        if "rateCard" in terms:
            env.client.publish_future_version(terms["rateCard"])
        env.client.open(made.account, **terms)
        env.client.grant(made.account, funds, f"PO {made.account[:8]}")
        return made

    def call(self, name: str, *, minutes: int = 1, called: str = LONDON) -> str:
        """The message that reports a call which began an hour ago."""
        data = {
            "account": self.account,
            "user": "ann",
            "direction": "out",
            "service": "user",
            "called": called,
            "startedAt": instant_text(self.env.machine.now() - timedelta(hours=1)),
            "durationSeconds": minutes * 60,
        }
        return json.dumps(envelope("urn:example:sbc-1", name, data))

    def report(self, *messages: str) -> None:
        """Send messages, and wait until they are processed."""
        self.env.queue.send(messages)
        self.env.queue.settle()

    def store_card(self) -> None:
        """Store a card that can be charged."""
        body = {"paymentMethod": "pm_card_visa"}
        self.env.client.tenant("POST", self.account, "/payment-methods", json=body).raise_for_status()

    def enable_auto_recharge(self, trigger: Decimal) -> None:
        """Enable auto-recharge: fifty dollars when the balance reaches *trigger*."""
        self.env.client.change(self.account, "/auto-recharge", auto_recharge(trigger))

    def decline_recharge(self, outcome: str) -> None:
        """Cause a recharge that is declined with *outcome*."""
        self.store_card()
        control_payments(self.env, "outcome", outcome=outcome)
        self.enable_auto_recharge(TEN)
        self.env.queue.settle()

    @property
    def payments(self) -> list[tuple[str, int]]:
        """The account's payments at the provider, oldest first: status, and number of successful charges."""
        address = f"{self.env.machine.payments}/_control/payments"
        every = httpx.get(address, trust_env=False, verify=False).raise_for_status().json()
        own = [payment for payment in reversed(every) if payment["metadata"].get("account") == self.account]
        return [(payment["status"], payment["succeededCharges"]) for payment in own]

    @property
    def recharge(self) -> Mapping[str, Any]:
        """Auto-recharge and the slot, as a portal reads them."""
        found = self.env.client.tenant("GET", self.account, "/auto-recharge").raise_for_status().json()
        return dict(found)

    @property
    def balance(self) -> Decimal:
        """The account's balance."""
        return self.env.client.balance(self.account)

    @property
    def movements(self) -> list[tuple[str, Decimal]]:
        """Kind and amount of each movement, oldest first."""
        found = self.env.client.items(self.account, "/movements")
        return [(each["kind"], money(each["amount"])) for each in found]

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The account's calls. To be listed, they are recorded first."""
        return list(self.env.client.items(self.account, "/calls"))

    @property
    def kinds(self) -> list[str]:
        """The kind of each movement, oldest first."""
        return [kind for kind, _ in self.movements]

    def notify_administrator(self, address: str) -> None:
        """Make *address* the only administrator who is notified."""
        entry = {"address": address, "roles": ["Billing Administrator"]}
        self.env.client.change(self.account, "/administrators", [entry])

    @property
    def suspense(self) -> list[dict[str, Any]]:
        """The account's open items."""
        return [item for item in self.env.client.suspense() if item["account"] == self.account]


def auto_recharge(trigger: Decimal) -> dict[str, object]:
    """The auto-recharge settings: fifty dollars when the balance reaches *trigger*."""
    return {"enabled": True, "trigger": usd(trigger), "amount": usd(FIFTY)}


def control_payments(env: Environment, path: str, **body: object) -> None:
    """Send a request to the payment stand-in's control interface."""
    address = f"{env.machine.payments}/_control/{path}"
    httpx.post(address, json=body, trust_env=False, verify=False).raise_for_status()


def publish(env: Environment, card: str) -> None:
    """Publish the sample card under another name."""
    env.client.operate(
        "PUT",
        f"/rate-cards/{card}/versions/2020-01-01T00:00:00Z",
        params={"currency": "USD"},
        content=SAMPLE.read_bytes(),
        headers={"Content-Type": "text/csv"},
    ).raise_for_status()


def new_card_name(env: Environment) -> str:
    """An unused name for a rate card."""
    return f"late-{env.machine.now():%H%M%S%f}"


def emails(env: Environment, address: str) -> list[str]:
    """The subjects of the e-mails that *address* has received."""
    every = httpx.get(f"{env.machine.mailbox}/messages", trust_env=False, verify=False).raise_for_status().json()
    return [email["subject"] for email in every if address in email["to"]]
