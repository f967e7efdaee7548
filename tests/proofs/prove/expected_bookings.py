"""What must stand in the books after a set of records, and whether it does."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from local.machine.machine import Machine
from tests.proofs.prove.audit_rows import audited
from tests.proofs.prove.calls import Record
from tests.proofs.prove.evidence import Evidence
from tests.proofs.prove.http_client import HttpClient, money
from tests.proofs.prove.usage_queue import UsageQueue

SPARE = Decimal(1000)
"""Granted above what the calls cost, so that no order of booking can run into overdraft."""


@dataclass(slots=True)
class Wanted:
    """Accounts, their records, what was granted and bought."""

    records: dict[str, list[Record]]
    granted: dict[str, Decimal]
    bought: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @classmethod
    def open(cls, portal: HttpClient, records: Sequence[Record], accounts: Sequence[str]) -> "Wanted":
        """Open the accounts and grant each enough for its records."""
        by_account = {account: [record for record in records if record.account == account] for account in accounts}
        granted = {account: SPARE + _cost(own) for account, own in by_account.items()}
        for account in accounts:
            portal.open(account)
            portal.grant(account, granted[account], f"PO {account[:8]}")
        return cls(by_account, granted)

    def balance(self, account: str) -> Decimal:
        """What must be left."""
        return self.granted[account] + self.bought[account] - _cost(self.records[account])


def _cost(records: Sequence[Record]) -> Decimal:
    return sum((record.cost for record in records), Decimal())


def compare(evidence: Evidence, machine: Machine, portal: HttpClient, queue: UsageQueue, wanted: Wanted) -> None:
    """Debits one by one, lots, balances, suspense, queues, and the audit."""
    for account, records in wanted.records.items():
        name = account[:8]
        debits = [
            ((found["event"]["source"], found["event"]["id"]), -money(found["amount"]))
            for found in portal.items(account, "/movements")
            if found["kind"] == "debit"
        ]
        evidence.same(f"{name}: number of debits", len(debits), len(records))
        evidence.same_items(f"{name}: debits", debits, [(record.name, record.cost) for record in records])
        shown = portal.account(account)
        evidence.same(f"{name}: balance", money(shown["balance"]), wanted.balance(account))
        evidence.same(f"{name}: overdraft", money(shown["overdraft"]), Decimal())
        left = sum((money(lot["remaining"]) for lot in portal.items(account, "/lots")), Decimal())
        evidence.same(f"{name}: sum of lots", left, wanted.balance(account))
    evidence.same("suspense", [item["reason"] for item in portal.suspense()], [])
    evidence.same("queues", queue.left(), {})
    evidence.same("audit", [str(finding) for finding in audited(machine)], [])
