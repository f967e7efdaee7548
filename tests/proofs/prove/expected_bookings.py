"""The bookings that a set of records must lead to, and their comparison with the actual ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from local.machine.machine import Machine
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.calls import Record
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.http_client import HttpClient, money
from tests.proofs.prove.usage_queue import UsageQueue

SPARE = Decimal(1000)
"""Granted in addition to the cost of the calls, so that no order of booking leads to overdraft."""


@dataclass(slots=True)
class ExpectedBookings:
    """Records, grants and purchases by account."""

    records: dict[str, list[Record]]
    granted: dict[str, Decimal]
    bought: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @classmethod
    def open(cls, client: HttpClient, records: Sequence[Record], accounts: Sequence[str]) -> "ExpectedBookings":
        """Open the accounts and grant each enough to pay for its records."""
        by_account = {account: [record for record in records if record.account == account] for account in accounts}
        granted = {account: SPARE + _cost(own) for account, own in by_account.items()}
        for account in accounts:
            client.open(account)
            client.grant(account, granted[account], f"PO {account[:8]}")
        return cls(by_account, granted)

    def balance(self, account: str) -> Decimal:
        """The expected balance."""
        return self.granted[account] + self.bought[account] - _cost(self.records[account])


def _cost(records: Sequence[Record]) -> Decimal:
    return sum((record.cost for record in records), Decimal())


def compare(
    checks: Checks, machine: Machine, client: HttpClient, queue: UsageQueue, expected: ExpectedBookings
) -> None:
    """Compare every debit, lot and balance; check that suspense and queues are empty and the audit finds nothing."""
    for account, records in expected.records.items():
        name = account[:8]
        debits = [
            ((found["event"]["source"], found["event"]["id"]), -money(found["amount"]))
            for found in client.items(account, "/movements")
            if found["kind"] == "debit"
        ]
        checks.equal(f"{name}: number of debits", len(debits), len(records))
        checks.equal_items(f"{name}: debits", debits, [(record.name, record.cost) for record in records])
        shown = client.account(account)
        checks.equal(f"{name}: balance", money(shown["balance"]), expected.balance(account))
        checks.equal(f"{name}: overdraft", money(shown["overdraft"]), Decimal())
        left = sum((money(lot["remaining"]) for lot in client.items(account, "/lots")), Decimal())
        checks.equal(f"{name}: sum of lots", left, expected.balance(account))
    checks.equal("suspense", [item["reason"] for item in client.suspense()], [])
    checks.equal("queues", queue.left(), {})
    checks.equal("audit", [str(finding) for finding in audited(machine)], [])
