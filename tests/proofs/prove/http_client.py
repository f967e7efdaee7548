"""The service over HTTP, as portals and operators use it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

import httpx

from local.commands.sample_card import OPERATOR, SAMPLE
from local.machine.machine import Machine

ANSWER_SECONDS = 30.0
PAGE = 1000

IN_MANY_YEARS = "2900-01-01T00:00:00Z"

TENANT_ROLES = ("Credits.Read", "Credits.Manage")
OPERATOR_ROLES = ("Credits.Read", "Credits.Operate")


class HttpClient:
    """One client of a running machine; it may be used from several threads."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._client = httpx.Client(timeout=ANSWER_SECONDS, trust_env=False, verify=False)
        self._tokens: dict[tuple[str, tuple[str, ...]], dict[str, str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._client.close()

    def ask(
        self, method: str, path: str, roles: tuple[str, ...], *, tenant: str = OPERATOR, host: int = 0, **more: Any
    ) -> httpx.Response:
        """Any request under `/api/v1`, with a token of *tenant*; *host* is which of the hosts is asked."""
        address = f"{self._machine.workers[host].address}/api/v1{path}"
        headers = {**self._bearer(tenant, roles), **more.pop("headers", {})}
        return self._client.request(method, address, headers=headers, **more)

    def _bearer(self, tenant: str, roles: tuple[str, ...]) -> dict[str, str]:
        """A token's header, minted once: it is good for an hour, and signing is the slowest part of a request."""
        if (tenant, roles) not in self._tokens:
            self._tokens[tenant, roles] = self._machine.bearer(tenant, *roles)
        return self._tokens[tenant, roles]

    def operate(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A request of an operator."""
        return self.ask(method, path, OPERATOR_ROLES, **more)

    def tenant(self, method: str, account: str, path: str = "", **more: Any) -> httpx.Response:
        """A request of the account's own people, under `/accounts/{account}`."""
        return self.ask(method, f"/accounts/{account}{path}", TENANT_ROLES, tenant=account, **more)

    def open(self, account: str, **more: str) -> None:
        """Open an account in US dollars, in the United States."""
        wish = {"account": account, "currency": "USD", "country": "US", **more}
        _made(self.operate("POST", "/accounts", json=wish))

    def announce(self, card: str) -> None:
        """Publish a first version of *card* that is in force only in many years: accounts may have it, nothing has a
        price.
        """
        path = f"/rate-cards/{card}/versions/{IN_MANY_YEARS}"
        text = {"Content-Type": "text/csv"}
        _made(self.operate("PUT", path, params={"currency": "USD"}, content=SAMPLE.read_bytes(), headers=text))

    def grant(self, account: str, amount: Decimal, reference: str) -> None:
        """Grant paid funds."""
        wish = {"amount": usd(amount), "reference": reference, "kind": "paid"}
        key = {"Idempotency-Key": f"grant-{reference}"}
        _made(self.operate("POST", f"/accounts/{account}/grants", json=wish, headers=key))

    def change(self, account: str, path: str, body: object) -> Any:
        """Change settings as a portal does: read them, then write against the ETag that was read."""
        seen = self.tenant("GET", account, path).raise_for_status().headers["ETag"]
        answer = self.tenant("PUT", account, path, json=body, headers={"If-Match": seen})
        return answer.raise_for_status().json()

    def account(self, account: str) -> dict[str, Any]:
        """The account as it stands."""
        return dict(self.tenant("GET", account).raise_for_status().json())

    def balance(self, account: str) -> Decimal:
        """What is left in unexpired lots."""
        return money(self.account(account)["balance"])

    def items(self, account: str, path: str) -> Iterator[dict[str, Any]]:
        """Every item of one of the account's lists, page by page."""
        after: Mapping[str, str] = {}
        while True:
            page = self.tenant("GET", account, path, params={"limit": PAGE, **after}).raise_for_status().json()
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}

    def suspense(self) -> Iterator[dict[str, Any]]:
        """Every open item in suspense."""
        after: Mapping[str, str] = {}
        while True:
            page = self.operate("GET", "/suspense", params={"limit": PAGE, **after}).raise_for_status().json()
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}


def usd(amount: Decimal) -> dict[str, str]:
    """Money as the contract writes it."""
    return {"amount": f"{amount:.6f}", "currency": "USD"}


def money(shown: Mapping[str, str]) -> Decimal:
    """An amount as the contract writes it."""
    return Decimal(shown["amount"])


def _made(answer: httpx.Response) -> None:
    assert answer.status_code in {200, 201}, answer.text
