"""What can be reached from outside: the service's HTTP, the mailbox, and the payment stand-in's control pages."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

import httpx

from local.machine.machine import Machine

Json: TypeAlias = dict[str, Any]

ROLES = ("Credits.Read", "Credits.Manage", "Credits.Operate")
TIMEOUT = 60
PAGE = 1000
"""The longest list that the service gives at once."""


class RefusedError(Exception):
    """The service said no where the story needs a yes; the words are its own."""


class Service:
    """The API of one account, with a token of that tenant."""

    def __init__(self, machine: Machine, account: str) -> None:
        self.account = account
        self._client = httpx.Client(
            base_url=f"{machine.http}/api/v1",
            headers=machine.bearer(account, *ROLES),
            timeout=TIMEOUT,
            trust_env=False,
            verify=False,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def get(self, path: str, **query: str) -> Any:
        """What *path* answers; a path without a slash in front is one of the account's."""
        return _content(self._client.get(self._full(path), params=query))

    def all(self, path: str, **query: str) -> list[Json]:
        """Every item of a list, page by page."""
        found = self.get(path, limit=str(PAGE), **query)
        items: list[Json] = found["items"]
        while found["next"]:
            found = self.get(path, limit=str(PAGE), after=found["next"], **query)
            items += found["items"]
        return items

    def post(self, path: str, body: Json, key: str | None = None) -> Json:
        """Ask for something, with an Idempotency-Key where one is needed."""
        headers = {"Idempotency-Key": key} if key else {}
        found: Json = _content(self._client.post(self._full(path), json=body, headers=headers))
        return found

    def change(self, path: str, body: object) -> Any:
        """Change settings as a portal does: read them, then write against the ETag that was read."""
        seen = self._client.get(self._full(path)).headers["ETag"]
        return _content(self._client.put(self._full(path), json=body, headers={"If-Match": seen}))

    def _full(self, path: str) -> str:
        return path if path.startswith("/") else f"/accounts/{self.account}/{path}".rstrip("/")


class StandIns:
    """The mailbox and the payment provider, as a person would look at them."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._client = httpx.Client(timeout=TIMEOUT, trust_env=False, verify=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def emails(self) -> list[Json]:
        """Every e-mail, in the order in which they came."""
        return _content(self._client.get(f"{self._machine.mailbox}/messages"))

    def payments(self) -> list[Json]:
        """The payments that the provider knows, oldest first."""
        found: list[Json] = _content(self._client.get(f"{self._machine.payments}/_control/payments"))
        return found[::-1]

    def next_charge_becomes(self, outcome: str) -> None:
        """What the bank will say to the next charge."""
        self._control("outcome", {"outcome": outcome})

    def card_expires(self, card: str, at: datetime) -> None:
        """What a stored card says from now on."""
        self._control(f"cards/{card}/expiry", {"year": at.year, "month": at.month})

    def _control(self, path: str, body: Mapping[str, object]) -> None:
        _content(self._client.post(f"{self._machine.payments}/_control/{path}", json=body))


def _content(answer: httpx.Response) -> Any:
    """The JSON of an answer; RefusedError when it is a refusal."""
    if not answer.is_success:
        raise RefusedError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
    return answer.json()


def amount(found: Json) -> Decimal:
    """Money as the service writes it, as a number."""
    return Decimal(found["amount"])


def usd(value: Decimal) -> dict[str, str]:
    """Money as the service reads it."""
    return {"amount": f"{value:f}", "currency": "USD"}
