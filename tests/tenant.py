"""Sends requests and usage to the service in tests, on behalf of one tenant and its telephony system."""

import json
from collections.abc import Awaitable
from typing import Any

import pytest

from shared.service.http import ProblemError, Reply
from shared.use_cases.accounts import open_account
from shared.use_cases.calls import authorise_call, extend_call, release_call
from shared.use_cases.cards import change_cards, store_card
from shared.use_cases.entitlements import assign_licence, record_exemption, set_subscriptions
from shared.use_cases.notices import set_administrators
from shared.use_cases.purchases import cancel_purchase, grant_funds, read_purchase, start_purchase
from shared.use_cases.recharge import set_auto_recharge
from shared.use_cases.service_numbers import register_number
from shared.use_cases.suspense import accept_conflict, dismiss_suspended, replay_suspended
from shared.use_cases.usage import record_usage
from shared.views import balance, eligibility, lots, movements, settings, suspense
from tests.fakes.world import ACCOUNT, World, request

OTHER = "5f0c1f9e-0000-4000-8000-000000000002"
LONDON, LEEDS, BOSTON = "+442079460123", "+441134960123", "+16175550123"
"""Rates: 0.02 and 0.01 dollars a minute; 0.50 dollars a minute, charged by the second, with a fee of 0.10 dollars."""


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def call(name: Any = "call-1", seconds: Any = 60, *, account: Any = ACCOUNT, **data: Any) -> dict[str, Any]:
    """The event of one call, by default by a user of *account* to London ten minutes before START; *data* overrides."""
    facts: dict[str, Any] = {"account": account, "user": "ann", "direction": "out", "service": "user"}
    facts |= {"called": LONDON, "startedAt": "2026-03-01T11:50:00Z", "durationSeconds": seconds, **data}
    return event(name, {field: value for field, value in facts.items() if value is not ...})


def event(name: Any, data: object, **envelope: Any) -> dict[str, Any]:
    """An event with its envelope; a value of `...` omits the field, here and in `call`."""
    facts = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "urn:example:sbc-1", "id": name}
    return {field: value for field, value in {**facts, "data": data, **envelope}.items() if value is not ...}


def subscription(name: str = "S-1", **fields: Any) -> dict[str, Any]:
    """Twenty-five licences of a calling plan, bought directly, since the beginning of the year; *fields* override."""
    facts: dict[str, Any] = {"id": name, "plan": "MCOPSTN1", "licences": 25, "usageLocation": "US"}
    return {**facts, "channel": "direct", "agreement": "web", "from": "2026-01-01T00:00:00Z", **fields}


async def report(world: World, *messages: object) -> None:
    """Deliver each message once: an event, a list of events, or raw bytes."""
    for message in messages:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        await record_usage.record_usage(world.services, body)


async def code_of(request: Awaitable[object]) -> str:
    """The code (CONTRACT 2) of the ProblemError that *request* raises; checks that there is a detail text, too."""
    with pytest.raises(ProblemError) as raised:
        await request
    assert raised.value.detail
    return raised.value.code


class Tenant:
    """One account, with a method for each request about it."""

    def __init__(self, world: World, account: str = ACCOUNT) -> None:
        self.world, self.account = world, account

    async def request(
        self,
        use_case: Any,
        body: object = None,
        *,
        key: str = "",
        etag: str = "",
        query: dict[str, str] | None = None,
        **path: str,
    ) -> Reply:
        headers = {**({"idempotency-key": key} if key else {}), **({"if-match": etag} if etag else {})}
        text = "" if body is None else json.dumps(body)
        reply: Reply = await use_case(self.world.services, request(self.account, text, headers, query, **path))
        return reply

    async def _items(self, use_case: Any, **query: str) -> list[Any]:
        shown: Any = (await self.request(use_case, query=query)).value
        return list(shown["items"])

    async def open(self, **fields: Any) -> Reply:
        terms = {"account": self.account, "currency": "USD", "country": "US", **fields}
        return await self.request(open_account.open_account, terms)

    async def grant(self, amount: str = "100", reference: str = "PO-1", *, key: str = "", **fields: Any) -> Reply:
        body = {"amount": usd(amount), "reference": reference, "kind": "paid", **fields}
        return await self.request(grant_funds.grant_funds, body, key=key or reference)

    async def buy(self, amount: str = "50", *, key: str = "buy-1", **fields: Any) -> Reply:
        return await self.request(start_purchase.start_purchase, {"amount": usd(amount), **fields}, key=key)

    async def cancel(self, purchase: str) -> Any:
        return (await self.request(cancel_purchase.cancel_purchase, purchase=purchase)).value

    async def store_card(self, method: str = "pm_card_visa") -> Any:
        return (await self.request(store_card.store_card, {"paymentMethod": method})).value

    async def cards(self) -> list[Any]:
        return await self._items(change_cards.list_cards)

    async def remove_card(self, method: str) -> Any:
        return (await self.request(change_cards.remove_card, method=method)).value

    async def set_auto_recharge(self, etag: str = "*", **fields: Any) -> Reply:
        settings = {"enabled": True, "trigger": usd("10"), "amount": usd("50"), **fields}
        return await self.request(set_auto_recharge.set_auto_recharge, settings, etag=etag)

    async def set_administrators(self, *entries: dict[str, Any], etag: str = "*") -> Reply:
        return await self.request(set_administrators.set_administrators, list(entries), etag=etag)

    async def set_subscriptions(self, *items: dict[str, Any], etag: str = "*") -> Reply:
        return await self.request(set_subscriptions.set_subscriptions, {"items": list(items)}, etag=etag)

    async def exempt(self, **fields: Any) -> Reply:
        body = {"reason": "billed by the parent company", "ticket": "T-1"}
        body |= {"from": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z", **fields}
        return await self.request(record_exemption.record_exemption, body)

    async def assign(self, user: str, **fields: Any) -> Reply:
        return await self.request(assign_licence.assign_licence, {"communicationsCredits": True, **fields}, user=user)

    async def unassign(self, user: str) -> Reply:
        return await self.request(assign_licence.remove_licence, user=user)

    async def register_number(self, number: str, kind: str = "tollFree", use: str = "callQueue") -> Any:
        return (await self.request(register_number.register_number, {"number": number, "kind": kind, "use": use})).value

    async def authorise(self, leg: str = "leg-1", **fields: Any) -> Any:
        body = {"user": "ann", "direction": "out", "service": "user", "called": LONDON, **fields}
        question = {name: value for name, value in body.items() if value is not ...}
        return (await self.request(authorise_call.authorise_call, question, leg=leg)).value

    async def extend(self, leg: str = "leg-1", **fields: Any) -> Any:
        return (await self.request(extend_call.extend_call, fields, leg=leg)).value

    async def release(self, leg: str = "leg-1") -> Any:
        return (await self.request(release_call.release_call, leg=leg)).value

    async def replay(self, item: str) -> Any:
        return (await self.request(replay_suspended.replay_suspended, item=item)).value

    async def accept(self, item: str) -> Any:
        return (await self.request(accept_conflict.accept_conflict, item=item)).value

    async def dismiss(self, item: str, reason: str = "a test") -> Any:
        return (await self.request(dismiss_suspended.dismiss_suspended, {"reason": reason}, item=item)).value

    async def amounts(self, at: str = "") -> dict[str, str]:
        """Balance, held, overdraft, accrued and spendable as plain decimals."""
        shown: Any = (await self.request(balance.read_balance, query={"at": at} if at else {})).value
        return {name: plain(shown[name]) for name in ("balance", "held", "overdraft", "accrued", "spendable")}

    async def balance(self) -> str:
        return (await self.amounts())["balance"]

    async def movements(self, **query: str) -> list[Any]:
        return await self._items(movements.list_movements, **query)

    async def booked(self, kind: str = "") -> list[tuple[str, str]]:
        """Every movement, or every movement of *kind*, as (kind, amount)."""
        shown = await self.movements(limit="1000", **({"kind": kind} if kind else {}))
        return [(movement["kind"], plain(movement["amount"])) for movement in shown]

    async def lots(self) -> list[Any]:
        return await self._items(lots.list_lots)

    async def purchase(self, name: str) -> Any:
        return (await self.request(read_purchase.read_purchase, purchase=name)).value

    async def auto_recharge(self) -> Any:
        return (await self.request(settings.read_auto_recharge)).value

    async def eligibility(self, at: str = "") -> Any:
        return (await self.request(eligibility.read_eligibility, query={"at": at} if at else {})).value

    async def suspended(self, state: str = "open") -> list[Any]:
        """The items in suspense of all accounts."""
        return await self._items(suspense.list_suspense, state=state, limit="1000")

    async def reasons(self, state: str = "open") -> list[str]:
        return [item["reason"] for item in await self.suspended(state)]


def plain(money: dict[str, str]) -> str:
    """The decimal without trailing zeros: "12.34" for 12.340000."""
    return money["amount"].rstrip("0").rstrip(".") or "0"


@pytest.fixture
async def world() -> World:
    """A world with a published rate card and no accounts."""
    made = World()
    await made.publish()
    return made


@pytest.fixture
async def tenant(world: World) -> Tenant:
    """A tenant with an open, empty account."""
    made = Tenant(world)
    await made.open()
    return made
