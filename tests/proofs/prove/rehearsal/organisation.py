"""Who calls and pays in rehearsals: one account, its people, and its bank."""

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
from tests.proofs.prove.rehearsal.environment import Stage

LONDON, UNRATED = "+442079460123", "+99912345678"
A_MINUTE = Decimal("0.012")
"""To London, by the sample card."""

TEN, FIFTY = Decimal(10), Decimal(50)


@dataclass(frozen=True, slots=True)
class Organisation:
    """One account on a stage."""

    stage: Stage
    account: str

    @classmethod
    def open(cls, stage: Stage, funds: Decimal = TEN, **terms: str) -> Self:
        """A new account with some funds."""
        made = cls(stage, str(uuid4()))
        if "rateCard" in terms:
            stage.portal.announce(terms["rateCard"])
        stage.portal.open(made.account, **terms)
        stage.portal.grant(made.account, funds, f"PO {made.account[:8]}")
        return made

    def call(self, name: str, *, minutes: int = 1, called: str = LONDON) -> str:
        """The message that reports a call which began an hour ago."""
        data = {
            "account": self.account,
            "user": "ann",
            "direction": "out",
            "service": "user",
            "called": called,
            "startedAt": instant_text(self.stage.machine.now() - timedelta(hours=1)),
            "durationSeconds": minutes * 60,
        }
        return json.dumps(envelope("urn:example:sbc-1", name, data))

    def report(self, *messages: str) -> None:
        """Send messages, and wait until they are dealt with."""
        self.stage.queue.send(messages)
        self.stage.queue.settle()

    def store_card(self) -> None:
        """Store a card that works."""
        wish = {"paymentMethod": "pm_card_visa"}
        self.stage.portal.tenant("POST", self.account, "/payment-methods", json=wish).raise_for_status()

    def arm(self, trigger: Decimal) -> None:
        """Switch auto-recharge on: fifty dollars when *trigger* is left."""
        self.stage.portal.change(self.account, "/auto-recharge", order(trigger))

    def decline(self, outcome: str) -> None:
        """A recharge that is declined."""
        self.store_card()
        bank(self.stage, "outcome", outcome=outcome)
        self.arm(TEN)
        self.stage.queue.settle()

    @property
    def payments(self) -> list[tuple[str, int]]:
        """Its payments at the provider, oldest first: status, and how many charges succeeded."""
        address = f"{self.stage.machine.payments}/_control/payments"
        every = httpx.get(address, trust_env=False, verify=False).raise_for_status().json()
        own = [payment for payment in reversed(every) if payment["metadata"].get("account") == self.account]
        return [(payment["status"], payment["succeededCharges"]) for payment in own]

    @property
    def recharge(self) -> Mapping[str, Any]:
        """Auto-recharge and the slot, as the portal shows them."""
        found = self.stage.portal.tenant("GET", self.account, "/auto-recharge").raise_for_status().json()
        return dict(found)

    @property
    def balance(self) -> Decimal:
        """What is left in its lots."""
        return self.stage.portal.balance(self.account)

    @property
    def movements(self) -> list[tuple[str, Decimal]]:
        """Kind and amount of each movement, oldest first."""
        found = self.stage.portal.items(self.account, "/movements")
        return [(each["kind"], money(each["amount"])) for each in found]

    @property
    def kinds(self) -> list[str]:
        """Only their kinds."""
        return [kind for kind, _ in self.movements]

    def tell(self, reader: str) -> None:
        """Set the one administrator who is told."""
        entry = {"address": reader, "roles": ["Billing Administrator"]}
        self.stage.portal.change(self.account, "/administrators", [entry])

    @property
    def suspense(self) -> list[dict[str, Any]]:
        """Its open items."""
        return [item for item in self.stage.portal.suspense() if item["account"] == self.account]


def order(trigger: Decimal) -> dict[str, object]:
    """Fifty dollars when *trigger* is left."""
    return {"enabled": True, "trigger": usd(trigger), "amount": usd(FIFTY)}


def bank(stage: Stage, path: str, **wish: object) -> None:
    """Ask something of the payment stand-in's control."""
    address = f"{stage.machine.payments}/_control/{path}"
    httpx.post(address, json=wish, trust_env=False, verify=False).raise_for_status()


def publish(stage: Stage, card: str) -> None:
    """Publish the sample card under another name."""
    stage.portal.operate(
        "PUT",
        f"/rate-cards/{card}/versions/2020-01-01T00:00:00Z",
        params={"currency": "USD"},
        content=SAMPLE.read_bytes(),
        headers={"Content-Type": "text/csv"},
    ).raise_for_status()


def a_card_name(stage: Stage) -> str:
    """A name that no card has yet."""
    return f"late-{stage.machine.now():%H%M%S%f}"


def emails(stage: Stage, reader: str) -> list[str]:
    """The subjects of what somebody has received."""
    every = httpx.get(f"{stage.machine.mailbox}/messages", trust_env=False, verify=False).raise_for_status().json()
    return [email["subject"] for email in every if reader in email["to"]]
