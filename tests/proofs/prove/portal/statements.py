"""The statements of the sample account: every column adds up, in all and for each lot, from month to month."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from local.history.organisation import ACCOUNT
from local.machine.machine import Machine
from local.machine.service_client import ServiceClient
from tests.proofs.prove.checks import Checks

IN, OUT = ("purchased", "recharged", "granted"), ("used", "expired", "refunded", "clawedBack")
ROLES = ("Credits.Read",)


def number(money: dict[str, str]) -> Decimal:
    """The number in an amount of money."""
    return Decimal(money["amount"])


def months(first: str, last: str) -> Iterator[str]:
    """Every month from *first* to *last*, as yyyy-mm."""
    year, month = int(first[:4]), int(first[5:7])
    while f"{year:04d}-{month:02d}" <= last[:7]:
        yield f"{year:04d}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def closing_of(row: dict[str, Any], come: tuple[str, ...]) -> Decimal:
    """What a row of a statement closes with by its own columns."""
    added = sum((number(row[name]) for name in come), number(row["opening"]))
    return added - sum((number(row[name]) for name in OUT), Decimal()) + number(row["corrected"])


def check_statements(machine: Machine, checks: Checks) -> int:
    """Compare every column of every month; how many months there are."""
    with ServiceClient(machine.instance, ACCOUNT, ROLES) as service:
        account = service.get("")
        now: datetime = machine.now()
        read = [service.get(f"statements/{month}") for month in months(account["openedAt"], now.isoformat())]
        before = Decimal()
        for statement in read:
            month = statement["month"]
            checks.equal(f"{month}: opening", number(statement["opening"]), before)
            checks.equal(f"{month}: closing", closing_of(statement, IN), number(statement["closing"]))
            for lot in statement["lots"]:
                checks.equal(f"{month} {lot['id']}", closing_of(lot, ("in",)), number(lot["closing"]))
            lots = sum((number(lot["closing"]) for lot in statement["lots"]), Decimal())
            checks.equal(f"{month}: lots", lots - number(statement["overdraft"]), number(statement["closing"]))
            before = number(statement["closing"])
        checks.equal("the last closing is the balance", before, number(account["balance"]))
    return len(read)
