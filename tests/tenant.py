"""What the people around the service do, as examples say it: a tenant opens, buys and looks, a switch reports calls."""

import json
from collections.abc import Awaitable
from typing import Any

import pytest

from shared.service.http import ProblemError, Reply
from shared.use_cases.accounts import open_account
from shared.use_cases.cards import store_card
from shared.use_cases.notices import set_administrators
from shared.use_cases.purchases import cancel_purchase, grant_funds, start_purchase
from shared.use_cases.recharge import set_auto_recharge
from shared.use_cases.suspense import accept_conflict, dismiss_suspended, replay_suspended
from shared.use_cases.usage import record_usage
from shared.views import balance, lots, movements, purchases, settings, suspense
from tests.fakes.world import ACCOUNT, World, request

OTHER = "5f0c1f9e-0000-4000-8000-000000000002"
LONDON, LEEDS, BOSTON = "+442079460123", "+441134960123", "+16175550123"
"""Two cents a minute, one cent a minute; half a dollar a minute by the second and ten cents to connect."""


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def call(name: Any = "call-1", seconds: Any = 60, *, account: Any = ACCOUNT, **data: Any) -> dict[str, Any]:
    """One reported call: a user of *account* rang London ten minutes before the world began, unless *data* differs."""
    facts: dict[str, Any] = {"account": account, "user": "ann", "direction": "out", "service": "user"}
    facts |= {"called": LONDON, "startedAt": "2026-03-01T11:50:00Z", "durationSeconds": seconds, **data}
    return event(name, {field: value for field, value in facts.items() if value is not ...})


def event(name: Any, data: object, **envelope: Any) -> dict[str, Any]:
    """The envelope; a value of `...` leaves the field out, here and in `call`."""
    facts = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "urn:example:sbc-1", "id": name}
    return {field: value for field, value in {**facts, "data": data, **envelope}.items() if value is not ...}


async def report(world: World, *messages: object) -> None:
    """Each message is delivered once: an event, a list of them, or bytes as they are."""
    for message in messages:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        await record_usage.record_usage(world.services, body)


async def code_of(asked: Awaitable[object]) -> str:
    """The code of CONTRACT 2 with which it was refused; a person is told something, too."""
    with pytest.raises(ProblemError) as told:
        await asked
    assert told.value.detail
    return told.value.code


class Tenant:
    """One account and everything that is asked about it."""

    def __init__(self, world: World, account: str = ACCOUNT) -> None:
        self.world, self.account = world, account

    async def ask(
        self,
        verb: Any,
        body: object = None,
        *,
        key: str = "",
        etag: str = "",
        query: dict[str, str] | None = None,
        **path: str,
    ) -> Reply:
        headers = {**({"idempotency-key": key} if key else {}), **({"if-match": etag} if etag else {})}
        text = "" if body is None else json.dumps(body)
        reply: Reply = await verb(self.world.services, request(self.account, text, headers, query, **path))
        return reply

    # --- what it does

    async def open(self, **wish: Any) -> Reply:
        terms = {"account": self.account, "currency": "USD", "country": "US", **wish}
        return await self.ask(open_account.open_account, terms)

    async def grant(self, amount: str = "100", reference: str = "PO-1", *, key: str = "", **wish: Any) -> Reply:
        asked = {"amount": usd(amount), "reference": reference, "kind": "paid", **wish}
        return await self.ask(grant_funds.grant_funds, asked, key=key or reference)

    async def buy(self, amount: str = "50", *, key: str = "buy-1", **wish: Any) -> Reply:
        return await self.ask(start_purchase.start_purchase, {"amount": usd(amount), **wish}, key=key)

    async def cancel(self, purchase: str) -> Any:
        return (await self.ask(cancel_purchase.cancel_purchase, purchase=purchase)).value

    async def store(self, method: str = "pm_card_visa") -> Any:
        return (await self.ask(store_card.store_card, {"paymentMethod": method})).value

    async def set_order(self, etag: str = "*", **wish: Any) -> Reply:
        order = {"enabled": True, "trigger": usd("10"), "amount": usd("50"), **wish}
        return await self.ask(set_auto_recharge.set_auto_recharge, order, etag=etag)

    async def tell_administrators(self, *entries: dict[str, Any], etag: str = "*") -> Reply:
        return await self.ask(set_administrators.set_administrators, list(entries), etag=etag)

    async def replay(self, item: str) -> Any:
        return (await self.ask(replay_suspended.replay_suspended, item=item)).value

    async def accept(self, item: str) -> Any:
        return (await self.ask(accept_conflict.accept_conflict, item=item)).value

    async def dismiss(self, item: str, reason: str = "a test") -> Any:
        return (await self.ask(dismiss_suspended.dismiss_suspended, {"reason": reason}, item=item)).value

    # --- what it sees

    async def numbers(self, at: str = "") -> dict[str, str]:
        """Balance, held, overdraft, accrued and spendable as plain decimals."""
        shown: Any = (await self.ask(balance.read_balance, query={"at": at} if at else {})).value
        return {name: plain(shown[name]) for name in ("balance", "held", "overdraft", "accrued", "spendable")}

    async def balance(self) -> str:
        return (await self.numbers())["balance"]

    async def movements(self, **query: str) -> list[Any]:
        shown: Any = (await self.ask(movements.list_movements, query=query)).value
        return list(shown["items"])

    async def booked(self, kind: str = "") -> list[tuple[str, str]]:
        """Every movement, or those of *kind*, as (kind, amount)."""
        shown = await self.movements(limit="1000", **({"kind": kind} if kind else {}))
        return [(movement["kind"], plain(movement["amount"])) for movement in shown]

    async def lots(self) -> list[Any]:
        shown: Any = (await self.ask(lots.list_lots)).value
        return list(shown["items"])

    async def purchase(self, name: str) -> Any:
        return (await self.ask(purchases.read_purchase, purchase=name)).value

    async def order(self) -> Any:
        return (await self.ask(settings.read_auto_recharge)).value

    async def suspended(self, state: str = "open") -> list[Any]:
        """What waits in suspense, of every account."""
        shown: Any = (await self.ask(suspense.list_suspense, query={"state": state, "limit": "1000"})).value
        return list(shown["items"])

    async def reasons(self, state: str = "open") -> list[str]:
        return [item["reason"] for item in await self.suspended(state)]


def plain(money: dict[str, str]) -> str:
    """ "12.34" for 12.340000: a decimal without zeros that say nothing."""
    text = money["amount"].rstrip("0").rstrip(".")
    return text or "0"


@pytest.fixture
async def world() -> World:
    """A price list is published; nobody has an account."""
    made = World()
    await made.publish()
    return made


@pytest.fixture
async def tenant(world: World) -> Tenant:
    """A tenant with an open account and nothing in it."""
    made = Tenant(world)
    await made.open()
    return made
