"""The provider: its clock, its objects, and the events that it sends."""

import asyncio
from copy import deepcopy
from datetime import datetime
from typing import Any, Protocol

from local.stand_ins.stripe import objects
from local.stand_ins.stripe.cards import OUTCOMES, TEST_CARDS, TestCard
from local.stand_ins.stripe.objects import Json
from local.stand_ins.stripe.state import State
from local.stand_ins.stripe.webhooks import Webhooks
from local.stand_ins.stripe.wire import Call, Refusal

_NAMES = {
    "customers": ("customer", "customer"),
    "cards": ("PaymentMethod", "payment_method"),
    "payments": ("payment_intent", "intent"),
    "charges": ("charge", "charge"),
    "setups": ("setupintent", "intent"),
    "refunds": ("refund", "id"),
    "disputes": ("dispute", "dispute"),
    "warnings": ("early fraud warning", "early_fraud_warning"),
}
"""For each table, the object's name in messages, and the name of its id in URLs."""


class Clock(Protocol):
    """The clock for creation times, the expiry of cards and the lifetime of keys."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


class Provider:
    """One account at Stripe. Every change of the state must set *changed*."""

    def __init__(self, state: State, clock: Clock, webhooks: Webhooks, changed: asyncio.Event) -> None:
        self.state = state
        self.clock = clock
        self.webhooks = webhooks
        self.changed = changed

    def send_event(self, kind: str, about: Json, call: Call) -> None:
        """Send an event with the object's current state and the request that caused it."""
        request = {"id": call.request, "idempotency_key": call.key}
        data = {"object": deepcopy(about)}
        self.webhooks.post(objects.new("event", self.clock.now(), type=kind, data=data, request=request))

    def find(self, table: str, named: str, param: str | None = None) -> Json:
        """Return the object. If it does not exist, raise 400 if a parameter names it, else 404."""
        found: dict[str, Json] = getattr(self.state, table)
        if named not in found:
            word, own = _NAMES[table]
            message = f"No such {word}: '{named}'"
            raise Refusal(400 if param else 404, message, code="resource_missing", param=param or own)
        return found[named]

    def card(self, named: str, param: str | None = None) -> Json:
        """Return a card; the name of a test card creates a new card with its number."""
        if named not in TEST_CARDS:
            return self.find("cards", named, param)
        made = objects.payment_method(TEST_CARDS[named], self.clock.now())
        self.state.cards[made["id"]] = made
        self.state.tokens[made["id"]] = named
        return made

    def test_card(self, card: Json) -> TestCard:
        """Return the test card with the card's number."""
        return TEST_CARDS[self.state.tokens[card["id"]]]

    def outcome(self, card: Json, presence: str) -> str:
        """The outcome of charging *card* now: the one set on the control page, else that of its expiry and number."""
        asked = self.state.take("confirm", card["id"], OUTCOMES)
        if asked == "requires_action" and presence == "absent":
            return "authentication_required"
        if asked is not None:
            return asked
        now = self.clock.now()
        if (card["card"]["exp_year"], card["card"]["exp_month"]) < (now.year, now.month):
            return "expired_card"
        test = self.test_card(card)
        is_set_up = card["id"] in self.state.set_up
        if not test.asks_for_holder(is_present=presence == "present", is_set_up=is_set_up):
            return test.outcome
        return "authentication_required" if presence == "absent" else "requires_action"

    def page(self, table: str, call: Call, **only: str | None) -> Json:
        """Return a list object: newest first, created within a time span, *only* with these properties if given."""
        span = call.fields.get("created", {})
        span = span if isinstance(span, dict) else {"gte": span, "lte": span}
        rows = [row for row in reversed(getattr(self.state, table).values()) if _is_within(row["created"], span)]
        rows = [row for row in rows if all(value in (None, row[name]) for name, value in only.items())]
        if after := call.fields.get("starting_after"):
            rows = rows[1 + rows.index(self.find(table, after, "starting_after")) :]
        size = min(call.fields.get("limit", 10), 100)
        return {"object": "list", "url": call.path, "has_more": len(rows) > size, "data": rows[:size]}


def _is_within(created: int, span: dict[str, Any]) -> bool:
    tests = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    return all(tests[name](created, bound) for name, bound in span.items())
