"""Where calls are made: a running service, a switch, accounts with money, and what is asked about them afterwards."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from azure.storage.queue import QueueSasPermissions, generate_queue_sas

from local.machine.machine import Machine
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.http_client import HttpClient, money
from tests.proofs.prove.sip.parties import Attempts, Outcome, callee, caller
from tests.proofs.prove.sip.scenarios import ANSWERS, Scenario
from tests.proofs.prove.sip.switch import Switch
from tests.proofs.prove.usage_queue import UsageQueue

CARD = "sip"
RATES = (
    "prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n44,London,mixed,GB,0.6,0,1,1\n"
)
SECOND = Decimal("0.01")
"""The price of a second: 0.60 a minute, billed by the second."""

LONDON = "+442079460123"
SOURCE = "urn:example:sip-switch"
POLL_SECONDS = 0.1
WAIT_SECONDS = 45.0
APART_SECONDS = 0.25
"""More than a message takes between the switch and a party."""


@dataclass(slots=True)
class Stage:
    """*beyond*: for each account with a limit, the seconds talked by its callers beyond what its money pays for."""

    machine: Machine
    client: HttpClient
    queue: UsageQueue
    switch: Switch
    checks: Checks
    beyond: list[float] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)
    calls: int = 0

    @classmethod
    @contextmanager
    def open(cls, checks: Checks) -> Iterator["Stage"]:
        """Start everything and publish the price."""
        with Machine.start(None) as machine, HttpClient(machine) as client, UsageQueue(machine) as queue:
            path, text = f"/rate-cards/{CARD}/versions/2020-01-01T00:00:00Z", {"Content-Type": "text/csv"}
            client.operate("PUT", path, params={"currency": "USD"}, content=RATES, headers=text).raise_for_status()
            settings = {
                "CREDITS_SERVICE": machine.http,
                "CREDITS_QUEUE": queue_address(machine),
                "CREDITS_SOURCE": SOURCE,
            }
            with Switch.start(settings) as switch:
                yield cls(machine, client, queue, switch, checks)

    def account(self, seconds: int) -> str:
        """A new account with money for so many seconds; the switch gets its token while it runs."""
        account = str(uuid4())
        self.client.open(account, rateCard=CARD)
        if seconds:
            self.client.grant(account, seconds * SECOND, f"PO {account[:8]}")
        self.give_token(account)
        self.accounts.append(account)
        return account

    def give_token(self, account: str) -> None:
        """Renew the token of *account*, as an operator does once an hour."""
        self.switch.put(account, self.machine.token(account, "Calls.Authorise"), "token")

    def call(
        self,
        account: str,
        script: Scenario,
        answer: Scenario = ANSWERS,
        *,
        called: str = LONDON,
        calls: int = 1,
        answered: int | None = None,
        milliseconds: int = 0,
        ring: int = 200,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> tuple[Outcome, Outcome | None]:
        """Make *calls* calls at once, of which the callee gets *answered*; what both ends observed."""
        expected = calls if answered is None else answered
        folder, switch = self.machine.folder, self.switch
        attempts = Attempts(account, called, calls, milliseconds)
        with callee(folder, answer, switch.next_hop, max(expected, 1), ring) as far:
            near = caller(folder, script, switch.port, switch.next_hop, attempts)
            meanwhile()
            outcome = near.outcome()
            self.calls += calls
            self.checks.equal(f"{script.name}: its part was played to the end", outcome.completed, True)
            self.checks.equal(f"{script.name}: INVITEs that the callee got", far.invited(), expected)
            return outcome, far.outcome() if far.invited() else None

    def state(self, account: str) -> dict[str, Any]:
        """The account."""
        return self.client.account(account)

    def seconds_left(self, account: str) -> int:
        """For how many seconds its balance pays."""
        return int(self.client.balance(account) / SECOND)

    def talking(self, account: str) -> bool:
        """Whether the switch has written an answered call of *account* to its database."""
        return any(account in facts for facts in self.switch.talks())

    def holds(self, account: str) -> list[dict[str, Any]]:
        """Its open holds."""
        return list(self.client.items(account, "/holds"))

    def debits(self, account: str) -> list[dict[str, Any]]:
        """Its debits, free calls included."""
        return [item for item in self.client.items(account, "/movements") if item["kind"] == "debit"]

    def reported(self, account: str, calls: int) -> list[int]:
        """The seconds of its debits, once there are *calls* of them and no hold is open."""
        self.until(lambda: len(self.debits(account)) >= calls and not self.holds(account), f"{calls} calls booked")
        found = self.debits(account)
        self.checks.equal("events booked", len(found), calls)
        return [int(-money(item["amount"]) / SECOND) for item in found]

    def reported_as_talked(self, what: str, booked: int, outcome: Outcome) -> None:
        """Check that *booked* are the whole seconds of a call. The switch and the party each measured it."""
        [talked] = outcome.seconds
        right = talked - 1 - APART_SECONDS < booked <= talked + APART_SECONDS
        self.checks.equal(f"{what}: {booked} s booked for {talked:.2f} s, rounded down", right, True)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until *condition* holds; a failed check when it does not in time."""
        deadline = monotonic() + WAIT_SECONDS
        while not condition() and monotonic() < deadline:
            sleep(POLL_SECONDS)
        self.checks.equal(what, condition(), True)

    def never_beyond(self, what: str, outcome: Outcome | None, seconds: int) -> None:
        """Check that the calls together did not last longer than the money for *seconds*."""
        assert outcome is not None
        over = sum(outcome.seconds) - seconds
        self.beyond.append(over)
        self.checks.equal(f"{what}: both BYEs were seen", len(outcome.seconds) > 0, True)
        self.checks.equal(f"{what}: talked {sum(outcome.seconds):.2f} s for the money of {seconds} s", over <= 0, True)


def queue_address(machine: Machine) -> str:
    """Where the switch puts its events: the queue's address with a SAS that allows adding and nothing else."""
    storage: Mapping[str, str] = dict(part.split("=", 1) for part in machine.storage.split(";") if part)
    sas = generate_queue_sas(
        storage["AccountName"],
        "usage",
        storage["AccountKey"],
        permission=QueueSasPermissions(add=True),
        expiry=machine.now() + timedelta(hours=2),
    )
    return f"{storage['QueueEndpoint']}/usage/messages?messagettl=-1&{sas}"
