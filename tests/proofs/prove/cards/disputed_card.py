"""One charge of a test card that is disputed: what it does to the account, and what the bank's decision does."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx

from local.machine.machine import Machine
from shared.kernel.times import instant_text
from tests.proofs.prove.calls import envelope, new_account
from tests.proofs.prove.cards import dispute_table as table
from tests.proofs.prove.cards.dispute_table import DisputeRow
from tests.proofs.prove.cards.table import SUCCEEDED_MAIL
from tests.proofs.prove.http_client import HttpClient, money, usd
from tests.proofs.prove.usage_queue import UsageQueue

FIFTY, TRIGGER = Decimal(50), Decimal(10)
ABOVE, BELOW = Decimal(12), Decimal(5)
"""Funds above and below the trigger."""

SPENT = Decimal(3)
"""What calls cost: funds of either size are below the trigger afterwards."""

SECONDS = 250 * 60
"""How long a call to London lasts that costs so much, by the sample card."""

EVIDENCE = ("winning_evidence", "losing_evidence")

SUBJECTS = {
    "recharged with": SUCCEEDED_MAIL,
    "a payment of yours is disputed": table.DISPUTED_MAIL,
    "paused because of a dispute": table.PAUSED_MAIL,
    "the payment stands": table.WON_MAIL,
    "went back to the card": table.LOST_MAIL,
}


def observed(
    machine: Machine, client: HttpClient, queue: UsageQueue, row: DisputeRow, rng: random.Random
) -> DisputeRow:
    """What the service makes of the card, in one account whose dispute is won and one whose dispute is lost."""
    won, lost = (DisputedCard(machine, client, queue, row, new_account(rng)) for _ in EVIDENCE)
    first, second = won.charged(), lost.charged()
    assert first == second, (first, second)
    outcomes = [each.decided(text) for each, text in zip((won, lost), EVIDENCE, strict=True)]
    return replace(first, won=outcomes[0], lost=outcomes[1])


class DisputedCard:
    """An account with auto-recharge and one test card."""

    def __init__(self, machine: Machine, client: HttpClient, queue: UsageQueue, row: DisputeRow, account: str) -> None:
        self._machine, self._client, self._queue, self._row = machine, client, queue, row
        self._account, self._address = account, f"{account[:8]}@example.com"

    def charged(self) -> DisputeRow:
        """The account once the card was charged; what it then has above the trigger is spent."""
        row, by_purchase = self._row, self._row.charged_by == table.PURCHASE
        self._client.open(self._account)
        self._client.change(self._account, "/administrators", [{"address": self._address, "roles": ["billing"]}])
        self._client.grant(self._account, ABOVE if by_purchase else BELOW, self._account[:8])
        card = self._post("/payment-methods", {"paymentMethod": row.method})["id"]
        arming = {"enabled": True, "trigger": usd(TRIGGER), "amount": usd(FIFTY)}
        self._client.change(self._account, "/auto-recharge", arming)
        if by_purchase:
            self._post("/purchases", {"amount": usd(FIFTY), "paymentMethod": card})
        self._queue.settle()
        self._spend()
        return replace(row, lot=self._lot(), recharge=self._recharge(), emails="; ".join(self._emails()) or "none")

    def decided(self, evidence: str) -> str:
        """What follows from the bank's decision on the dispute, if there is one."""
        payment = next(iter(self._payments()))["id"]
        found = [each["id"] for each in self._control("objects/disputes") if each["payment_intent"] == payment]
        if not found:
            return table.NO_DISPUTE
        before, told = self._state(), self._emails()
        address = f"{self._machine.payments}/_control/disputes/{found[0]}/evidence"
        httpx.post(address, json={"text": evidence}, trust_env=False).raise_for_status()
        self._queue.settle()
        news = [name for name in self._emails() if name not in told]
        if (self._state(), news) == (before, []):
            return table.NOTHING_CHANGES
        balance, reason = self._state()
        is_returned = balance == before[0] + FIFTY and self._lot() == table.UNCHANGED and reason is None
        is_lost = self._state() == before and self._lot() == table.WITHDRAWN
        outcome = table.RETURNED if is_returned else table.LOST if is_lost else f"{balance}, {reason}"
        return outcome if outcome.endswith(f"e-mail: {'; '.join(news)}") else f"{outcome}; {news}"

    def _spend(self) -> None:
        """Report the call that is to be paid from the funds, or from what the card paid: both expire in a year."""
        call = {
            "account": self._account,
            "user": "ann",
            "direction": "out",
            "service": "user",
            "called": "+442079460123",
            "startedAt": instant_text(self._machine.now() - timedelta(hours=6)),
            "durationSeconds": SECONDS,
        }
        self._queue.send([json.dumps(envelope("urn:example:sbc-1", "call-1", call))])
        self._queue.settle()

    def _state(self) -> tuple[Decimal, str | None]:
        """The balance, and why auto-recharge is paused."""
        pause = self._client.tenant("GET", self._account, "/auto-recharge").raise_for_status().json()["paused"]
        return money(self._client.account(self._account)["balance"]), pause and pause["reason"]

    def _lot(self) -> str:
        """The state of what the card paid."""
        source = "purchase" if self._row.charged_by == table.PURCHASE else "recharge"
        (lot,) = [each for each in self._client.items(self._account, "/lots") if each["source"] == source]
        left = money(lot["remaining"])
        states = {("disputed", True): table.WITHDRAWN, ("open", False): table.UNCHANGED}
        return states.get((lot["state"], left < FIFTY - SPENT), f"{lot['state']}, {left}")

    def _recharge(self) -> str:
        """Whether auto-recharge continues. The account is below its trigger if the money was withdrawn."""
        _, reason = self._state()
        charges = sum(payment["succeededCharges"] for payment in self._payments())
        if charges != 1:
            return f"{charges} charges"
        return table.PAUSED if reason == "dispute" else table.CONTINUES if reason is None else reason

    def _emails(self) -> list[str]:
        sent = httpx.get(f"{self._machine.mailbox}/messages", trust_env=False).raise_for_status().json()
        subjects = [each["subject"] for each in sent if self._address in str(each["to"])]
        return [name for part, name in SUBJECTS.items() for subject in subjects if part in subject]

    def _payments(self) -> list[dict[str, Any]]:
        return [each for each in self._control("payments") if each["metadata"].get("account") == self._account]

    def _control(self, path: str) -> Any:
        return httpx.get(f"{self._machine.payments}/_control/{path}", trust_env=False).raise_for_status().json()

    def _post(self, path: str, body: dict[str, object]) -> dict[str, Any]:
        headers = {"Idempotency-Key": "one"}
        return dict(
            self._client.tenant("POST", self._account, path, json=body, headers=headers).raise_for_status().json()
        )
