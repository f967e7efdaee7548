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

    def send(
        self, method: str, path: str, roles: tuple[str, ...], *, tenant: str = OPERATOR, host: int = 0, **more: Any
    ) -> httpx.Response:
        """Send any request under `/api/v1` with a token of *tenant* to the host with index *host*."""
        address = f"{self._machine.workers[host].address}/api/v1{path}"
        headers = {**self._bearer(tenant, roles), **more.pop("headers", {})}
        return self._client.request(method, address, headers=headers, **more)

    def _bearer(self, tenant: str, roles: tuple[str, ...]) -> dict[str, str]:
        """A cached Authorization header: a token is valid for an hour, and signing is the slowest part of a request."""
        if (tenant, roles) not in self._tokens:
            self._tokens[tenant, roles] = self._machine.bearer(tenant, *roles)
        return self._tokens[tenant, roles]

    def operate(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request as an operator."""
        return self.send(method, path, OPERATOR_ROLES, **more)

    def tenant(self, method: str, account: str, path: str = "", **more: Any) -> httpx.Response:
        """Send a request under `/accounts/{account}` as a user of that tenant."""
        return self.send(method, f"/accounts/{account}{path}", TENANT_ROLES, tenant=account, **more)

    def open(self, account: str, **more: str) -> None:
        """Open an account in US dollars, in the United States."""
        body = {"account": account, "currency": "USD", "country": "US", **more}
        _check_created(self.operate("POST", "/accounts", json=body))

    def publish_future_version(self, card: str) -> None:
        """Publish a first version of *card* that takes effect in many years, so that accounts can use the card but
        no call has a price.
        """
        path = f"/rate-cards/{card}/versions/{IN_MANY_YEARS}"
        text = {"Content-Type": "text/csv"}
        _check_created(self.operate("PUT", path, params={"currency": "USD"}, content=SAMPLE.read_bytes(), headers=text))

    def grant(self, account: str, amount: Decimal, reference: str) -> None:
        """Grant paid funds."""
        body = {"amount": usd(amount), "reference": reference, "kind": "paid"}
        key = {"Idempotency-Key": f"grant-{reference}"}
        _check_created(self.operate("POST", f"/accounts/{account}/grants", json=body, headers=key))

    def change(self, account: str, path: str, body: object) -> Any:
        """Change settings as a portal does: read them, then write with the ETag in `If-Match`."""
        etag = self.tenant("GET", account, path).raise_for_status().headers["ETag"]
        answer = self.tenant("PUT", account, path, json=body, headers={"If-Match": etag})
        return answer.raise_for_status().json()

    def account(self, account: str) -> dict[str, Any]:
        """The account's current state."""
        return dict(self.tenant("GET", account).raise_for_status().json())

    def balance(self, account: str) -> Decimal:
        """The account's balance."""
        return money(self.account(account)["balance"])

    def items(self, account: str, path: str) -> Iterator[dict[str, Any]]:
        """Every item of one of the account's lists, fetched page by page."""
        after: Mapping[str, str] = {}
        while True:
            page = self.tenant("GET", account, path, params={"limit": PAGE, **after}).raise_for_status().json()
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}

    def calls(self, account: str) -> Iterator[dict[str, Any]]:
        """The debits of calls. One without an event settles overdraft from what a hold has given back."""
        for item in self.items(account, "/movements"):
            if item["kind"] == "debit" and item["event"] is not None:
                yield item

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
    """US dollars in the contract's JSON format."""
    return {"amount": f"{amount:.6f}", "currency": "USD"}


def money(shown: Mapping[str, str]) -> Decimal:
    """The amount of money in the contract's JSON format."""
    return Decimal(shown["amount"])


def _check_created(answer: httpx.Response) -> None:
    assert answer.status_code in {200, 201}, answer.text
