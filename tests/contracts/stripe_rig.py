"""The stand-in for Stripe on a real port, driven by the real SDK, with the published contract listening."""

import asyncio
import json
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from local.stand_ins.stripe.app import make_app
from shared.adapters.stripe_cards import StripeCards
from shared.adapters.stripe_client import StripeAccess
from shared.adapters.stripe_payments import StripePayments
from shared.kernel.times import parse_instant
from tests.contracts.stripe_contract import Contract
from tests.reference import reference

KEY = "sk_test_stand_in"
SECRET = "whsec_stand_in"
NOON = parse_instant("2026-11-22T12:00:00Z")


class SetClock:
    """A clock that shows what it is set to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Hooks:
    """The address that news is sent to. *answers* are the statuses given first; then it is 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.tries: list[tuple[bytes, str]] = []
        self.taken: list[dict[str, Any]] = []
        self._stir = asyncio.Event()

    @property
    def kinds(self) -> list[str]:
        return [event["type"] for event in self.taken]

    async def until(self, holds: Callable[["Hooks"], bool]) -> None:
        """Wait for a condition, five seconds at most."""
        async with asyncio.timeout(5):
            while not holds(self):
                self._stir.clear()
                await self._stir.wait()

    async def __call__(self, scope, receive, send) -> None:
        body = await _body(receive)
        signature = dict(scope["headers"])[b"stripe-signature"].decode()
        status = self.answers.pop(0) if self.answers else 200
        self.tries.append((body, signature))
        if status == 200:
            self.taken.append(json.loads(body))
        self._stir.set()
        await PlainTextResponse("", status)(scope, receive, send)


class Switch:
    """One port for the module; what listens behind it is new for every test."""

    def __init__(self) -> None:
        self.app: Any = None
        self.hooks = Hooks()

    async def __call__(self, scope, receive, send) -> None:
        await (self.hooks if scope["path"] == "/hooks" else self.app)(scope, receive, send)


class Watch:
    """Passes everything on, and keeps what the contract finds fault with."""

    def __init__(self, app: Any, contracts: list[Contract]) -> None:
        self._app = app
        self._contracts = contracts
        self.faults: list[str] = []
        self.seen: set[tuple[str, str, int]] = set()
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    async def __call__(self, scope, receive, send) -> None:
        if not scope["path"].startswith("/v1/"):
            return await self._app(scope, receive, send)
        body, sent = await _body(receive), []

        async def keep(message):
            sent.append(message)
            await send(message)

        await self._app(scope, _again(body), keep)
        status = sent[0]["status"]
        text = b"".join(message.get("body", b"") for message in sent[1:])
        method, path = scope["method"], scope["path"]
        self.seen.add((method, path.split("/")[2], status))
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.requests.append((f"{method} {path}", unquote_plus(body.decode()), headers))
        for contract in self._contracts if text else []:
            if status not in (400, 401, 404):
                self.faults += contract.request(method, path, scope["query_string"].decode(), body.decode())
            self.faults += contract.answer(method, path, status, json.loads(text))
        return None


async def _body(receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def _again(body: bytes):
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive():
        return messages.pop() if messages else await asyncio.Event().wait()

    return receive


class Wire:
    """The port, and the SDK that talks to it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.switch = Switch()
        self.access = StripeAccess(KEY, address)


class Bench:
    """One test's stand-in: the adapters, the clock, plain HTTP, the news that came."""

    def __init__(self, wire: Wire, clock: SetClock, web: httpx.AsyncClient, watch: Watch) -> None:
        self.payments = StripePayments(wire.access)
        self.cards = StripeCards(wire.access)
        self.clock = clock
        self.web = web
        self.hooks = wire.switch.hooks
        self.watch = watch

    async def next_outcome(self, outcome: str, *, on: str = "confirm", times: int = 1) -> None:
        on = {"open_customer": "open", "store": "attach"}.get(on, on)
        await self.ask("outcome", outcome=outcome, on=on, times=times)

    async def resolve(self, payment: str, outcome: str) -> None:
        await self.ask(f"payments/{payment}/resolve", outcome=outcome)

    async def set_expiry(self, card: str, year: int, month: int) -> None:
        await self.ask(f"cards/{card}/expiry", year=year, month=month)

    async def remove(self, card: str) -> None:
        assert (await self.post(f"payment_methods/{card}/detach")).is_success

    async def charges(self, payment: str) -> tuple[int, int]:
        rows = (await self.web.get("/_control/payments")).json()
        row = next(row for row in rows if row["id"] == payment)
        return row["succeededCharges"], row["failedCharges"]

    async def ask(self, path: str, **wish: Any) -> None:
        answer = await self.web.post(f"/_control/{path}", json=wish)
        assert answer.is_success, answer.text

    async def post(self, path: str, fields: dict[str, Any] | None = None, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.web.post(f"/v1/{path}", data=fields or {}, headers=headers)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.web.get(f"/v1/{path}", params=query)


@pytest.fixture(scope="module")
async def stripe_wire():
    # The protocol said outright, or asyncio leaves Nagle's 40 ms in every answer.
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    wire = Wire(f"http://127.0.0.1:{listening.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(wire.switch, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    yield wire
    await wire.access.close()
    server.should_exit = True
    await serving


@pytest.fixture(scope="session")
def stripe_contracts():
    """The published contract, as it is and with nothing open; without reference data nobody listens."""
    try:
        document = json.loads(reference("contracts/stripe-contract.json").read_text())
    except pytest.skip.Exception:
        return []
    return [Contract(document), Contract(document).strict()]


@pytest.fixture
async def stand_in(stripe_wire, stripe_contracts, monkeypatch):
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.001)
    clock = SetClock(NOON)
    hooks = stripe_wire.switch.hooks = Hooks()
    address = f"{stripe_wire.address}/hooks"
    app = make_app(clock=clock, api_key=KEY, webhook_secret=SECRET, webhook_address=address, file=None)
    watch = stripe_wire.switch.app = Watch(app, stripe_contracts)
    headers = {"Authorization": f"Bearer {KEY}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(base_url=stripe_wire.address, headers=headers, trust_env=False, verify=False) as web,
    ):
        yield Bench(stripe_wire, clock, web, watch)
    faults = watch.faults + [fault for each in stripe_contracts for event in hooks.taken for fault in each.event(event)]
    assert not faults, "\n".join(faults)
