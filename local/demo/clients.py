"""What the demo calls: the service's API, the mailbox, and the payment stand-in's control pages."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import httpx

from local.machine.machine import Machine
from local.machine.service_client import TIMEOUT_SECONDS, Json, json_of

ROLES = ("Credits.Read", "Credits.Manage", "Credits.Operate")
AUTHORISE = "Calls.Authorise"


class StandIns:
    """The mailbox and the payment provider, used through their pages' own addresses."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, verify=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def emails(self) -> list[Json]:
        """Every e-mail, oldest first."""
        found: list[Json] = json_of(self._client.get(f"{self._machine.mailbox}/messages"))
        return found

    def payments(self) -> list[Json]:
        """The payments that the provider has, oldest first."""
        found: list[Json] = json_of(self._client.get(f"{self._machine.payments}/_control/payments"))
        return found[::-1]

    def set_next_outcome(self, outcome: str) -> None:
        """Choose the bank's answer to the next charge."""
        self._control("outcome", {"outcome": outcome})

    def set_expiry(self, card: str, at: datetime) -> None:
        """Change a stored card's month of expiry."""
        self._control(f"cards/{card}/expiry", {"year": at.year, "month": at.month})

    def _control(self, path: str, body: Mapping[str, object]) -> None:
        json_of(self._client.post(f"{self._machine.payments}/_control/{path}", json=body))


def amount(found: Json) -> Decimal:
    """The number in an amount of money that the service answered."""
    return Decimal(found["amount"])


def usd(value: Decimal) -> dict[str, str]:
    """An amount of money as a request contains it."""
    return {"amount": f"{value:f}", "currency": "USD"}
