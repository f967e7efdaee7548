"""A customer's access to the service: portal, telephony, the administrator's mailbox, the payment stand-in."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import httpx

from shared.kernel.times import instant_text
from tests.proofs.prove.calls import envelope
from tests.proofs.prove.http_client import money, usd

LONDON = "+442079460123"
A_MINUTE = Decimal("0.012")
"""The cost of a minute to London, by the sample card."""


class Customer:
    """One account. Every method waits until its effects are booked."""

    def __init__(self, machine, portal, queue):
        self.machine, self.portal, self.queue = machine, portal, queue
        self.account = str(uuid4())
        self.administrator = f"{self.account[:8]}@contoso.example"

    def get(self, path=""):
        return self.portal.tenant("GET", self.account, path).raise_for_status().json()

    def items(self, path):
        return list(self.portal.items(self.account, path))

    def change(self, path, body):
        changed = self.portal.change(self.account, path, body)
        self.queue.settle()
        return changed

    def post(self, path, body, key=None):
        """Send a request and return any answer."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.portal.tenant("POST", self.account, path, json=body, headers=headers)
        self.queue.settle()
        return answer

    def buy(self, amount, key, method="pm_card_visa"):
        return self.post("/purchases", {"amount": usd(Decimal(amount)), "paymentMethod": method}, key)

    def arm(self, trigger, amount):
        """Store a card and enable auto-recharge."""
        self.post("/payment-methods", {"paymentMethod": "pm_card_visa"}).raise_for_status()
        return self.change(
            "/auto-recharge", {"enabled": True, "trigger": usd(Decimal(trigger)), "amount": usd(Decimal(amount))}
        )

    def call(self, name, minutes=1, **changes):
        """The event of a call to London an hour ago."""
        data = {
            "account": self.account,
            "user": "ann",
            "direction": "out",
            "service": "user",
            "called": LONDON,
            "startedAt": instant_text(self.machine.now() - timedelta(hours=1)),
            "durationSeconds": minutes * 60,
            **changes,
        }
        return envelope("urn:example:sbc-1", name, data)

    def report(self, *messages):
        """Each message is one event, or a list of them."""
        self.queue.send([json.dumps(message) for message in messages])
        self.queue.settle()

    def ask(self, leg, question, body):
        """Ask about a call as the telephony system does; *question* is authorise, extend or release."""
        path = f"/accounts/{self.account}/calls/{leg}/{question}"
        answer = self.portal.send("POST", path, ("Calls.Authorise",), tenant=self.account, json=body)
        return answer.raise_for_status().json()

    @property
    def balance(self):
        return money(self.get()["balance"])

    @property
    def movements(self):
        """Kind and amount of each movement, oldest first."""
        return [(item["kind"], money(item["amount"])) for item in self.items("/movements")]

    @property
    def emails(self):
        """The subjects of the administrator's e-mails, oldest first, without those about months: the machine's clock
        begins with today's date, and how many months end depends on it.
        """
        return [subject for subject, _ in self._messages if "statement of" not in subject]

    @property
    def monthly_emails(self):
        """The texts of the e-mails about months, oldest first."""
        return [text for subject, text in self._messages if "statement of" in subject]

    @property
    def _messages(self):
        every = httpx.get(f"{self.machine.mailbox}/messages", trust_env=False, verify=False).json()
        return [(email["subject"], email["text"]) for email in every if self.administrator in email["to"]]

    @property
    def charges(self):
        """The account's payments at the provider, oldest first: status, number of successful and of failed charges."""
        every = httpx.get(f"{self.machine.payments}/_control/payments", trust_env=False, verify=False).json()
        own = [payment for payment in reversed(every) if payment["metadata"].get("account") == self.account]
        return [(payment["status"], payment["succeededCharges"], payment["failedCharges"]) for payment in own]

    def bank(self, path, **outcome):
        """Send a request to the payment stand-in's control interface."""
        address = f"{self.machine.payments}/_control/{path}"
        httpx.post(address, json=outcome, trust_env=False, verify=False).raise_for_status()
        self.queue.settle()
