"""The stand-in for Stripe on a real port, used through the real SDK and checked against Stripe's published contract."""

import json
from datetime import datetime
from typing import Any

import httpx
import pytest

from local.stand_ins.stripe.app import make_app
from shared.adapters.stripe.cards import StripeCards
from shared.adapters.stripe.client import StripeAccess
from shared.adapters.stripe.disputes import StripeDisputes
from shared.adapters.stripe.payments import StripePayments
from shared.adapters.stripe.refunds import StripeRefunds
from shared.kernel.times import parse_instant
from tests.contracts.stripe_contract import Contract
from tests.contracts.stripe_intermediaries import ContractMonitor, SharedPort, WebhookReceiver
from tests.reference import reference
from tests.serving import serving

KEY = "sk_test_stand_in"
SECRET = "whsec_stand_in"
NOON = parse_instant("2026-11-22T12:00:00Z")
NEW = {"amount": "5000", "currency": "usd"}


def error(answer: httpx.Response) -> tuple[int, str, str | None, str | None]:
    """Status, type, code and parameter of an error."""
    found = answer.json()["error"]
    return answer.status_code, found["type"], found.get("code"), found.get("param")


def add_fraud_warnings(document: dict[str, Any]) -> None:
    """Add early fraud warnings, which the published excerpt leaves out. Source: the declarations in Stripe's SDK."""
    text, whole = {"type": "string"}, {"type": "integer"}
    warning = {
        "id": text,
        "object": {"type": "string", "enum": ["radar.early_fraud_warning"]},
        "actionable": {"type": "boolean"},
        "charge": text,
        "created": whole,
        "fraud_type": text,
        "livemode": {"type": "boolean"},
        "payment_intent": text,
    }
    schemas = document["components"]["schemas"]
    schemas["radar.early_fraud_warning"] = {"type": "object", "properties": warning, "required": list(warning)}
    listed = {
        "data": {"type": "array", "items": {"$ref": "#/components/schemas/radar.early_fraud_warning"}},
        "has_more": {"type": "boolean"},
        "object": text,
        "url": text,
    }
    answer = {"application/json": {"schema": {"type": "object", "properties": listed, "required": list(listed)}}}
    names = {"payment_intent": text, "charge": text, "starting_after": text, "limit": whole}
    query = [{"in": "query", "name": name, "required": False, "schema": kind} for name, kind in names.items()]
    path = {"get": {"parameters": query, "responses": {"200": {"content": answer}}}}
    document["paths"]["/v1/radar/early_fraud_warnings"] = path


class SetClock:
    """A clock that shows the time to which it was set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Port:
    """The port of the stand-in, and the SDK's access to it."""

    def __init__(self, address: str, switch: SharedPort) -> None:
        self.address = address
        self.switch = switch
        self.access = StripeAccess(KEY, address)


class StandIn:
    """One test's stand-in: adapters, clock, plain HTTP, received webhooks."""

    def __init__(self, wire: Port, clock: SetClock, web: httpx.AsyncClient, watch: ContractMonitor) -> None:
        self.payments = StripePayments(wire.access)
        self.cards = StripeCards(wire.access)
        self.refunds = StripeRefunds(wire.access)
        self.disputes = StripeDisputes(wire.access)
        self.clock = clock
        self.web = web
        self.hooks = wire.switch.hooks
        self.watch = watch

    async def next_outcome(self, outcome: str, *, on: str = "confirm", times: int = 1) -> None:
        on = {"open_customer": "open", "store": "attach", "confirm_setup": "set_up"}.get(on, on)
        await self.control("outcome", outcome=outcome, on=on, times=times)

    async def resolve(self, payment: str, outcome: str) -> None:
        await self.control(f"payments/{payment}/resolve", outcome=outcome)

    async def set_expiry(self, card: str, year: int, month: int) -> None:
        await self.control(f"cards/{card}/expiry", year=year, month=month)

    async def remove(self, card: str) -> None:
        assert (await self.post(f"payment_methods/{card}/detach")).is_success

    async def give(self, setup: str, method: str) -> None:
        """Give the card of a setup, as the provider's form does."""
        await self.post(f"setup_intents/{setup}/confirm", {"payment_method": method})

    async def authenticate(self, setup: str) -> None:
        await self.control(f"setups/{setup}/resolve", outcome="succeed")

    async def follow(self, payment: str, method: str) -> None:
        """Nothing is waited for: what follows a charge follows at once."""

    async def settle_refund(self, refund: str) -> None:
        await self.control(f"refunds/{refund}/settle")

    async def answer_dispute(self, dispute: str, text: str) -> None:
        await self.control(f"disputes/{dispute}/evidence", text=text)

    async def charges(self, payment: str) -> tuple[int, int]:
        rows = (await self.web.get("/_control/payments")).json()
        row = next(row for row in rows if row["id"] == payment)
        return row["succeededCharges"], row["failedCharges"]

    async def control(self, path: str, **body: Any) -> None:
        answer = await self.web.post(f"/_control/{path}", json=body)
        assert answer.is_success, answer.text

    async def post(self, path: str, fields: dict[str, Any] | None = None, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.web.post(f"/v1/{path}", data=fields or {}, headers=headers)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.web.get(f"/v1/{path}", params=query)


async def confirming(stand_in: StandIn, payment: str, key: str = "key", card: str = "pm_card_visa", **more: str):
    """Confirm a payment over HTTP."""
    return await stand_in.post(f"payment_intents/{payment}/confirm", {"payment_method": card, **more}, key)


@pytest.fixture(scope="module")
async def stripe_wire():
    switch = SharedPort()
    async with serving(switch) as address:
        wire = Port(address, switch)
        yield wire
        await wire.access.close()


@pytest.fixture(scope="session")
def stripe_contracts():
    """The published contract, and a strict version of it; without reference data nothing is checked."""
    try:
        document = json.loads(reference("contracts/stripe-contract.json").read_text())
    except pytest.skip.Exception:
        return []
    add_fraud_warnings(document)
    return [Contract(document), Contract(document).strict()]


@pytest.fixture
async def stand_in(stripe_wire, stripe_contracts, monkeypatch):
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.001)
    clock = SetClock(NOON)
    hooks = stripe_wire.switch.hooks = WebhookReceiver()
    address = f"{stripe_wire.address}/hooks"
    app = make_app(clock=clock, api_key=KEY, webhook_secret=SECRET, webhook_address=address, file=None)
    watch = stripe_wire.switch.app = ContractMonitor(app, stripe_contracts)
    headers = {"Authorization": f"Bearer {KEY}"}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(base_url=stripe_wire.address, headers=headers, trust_env=False, verify=False) as web,
    ):
        yield StandIn(stripe_wire, clock, web, watch)
    faults = watch.faults + [fault for each in stripe_contracts for event in hooks.taken for fault in each.event(event)]
    assert not faults, "\n".join(faults)
