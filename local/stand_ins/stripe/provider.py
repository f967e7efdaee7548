"""The provider itself: its clock, its objects, and the news it tells."""

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

_WORDS = {
    "customers": ("customer", "customer"),
    "cards": ("PaymentMethod", "payment_method"),
    "payments": ("payment_intent", "intent"),
    "charges": ("charge", "charge"),
}
"""What an object is called, and the name of its id in an address."""


class Clock(Protocol):
    """The ledger's clock: objects are dated, cards expire and keys are forgotten by it."""

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        ...


class Provider:
    """Stripe's side of one account. *changed* is set by whoever changes the state."""

    def __init__(self, state: State, clock: Clock, webhooks: Webhooks, changed: asyncio.Event) -> None:
        self.state = state
        self.clock = clock
        self.webhooks = webhooks
        self.changed = changed

    def tell(self, kind: str, about: Json, call: Call) -> None:
        """Put news on its way: the object as it is now, and which request caused it."""
        request = {"id": call.request, "idempotency_key": call.key}
        data = {"object": deepcopy(about)}
        self.webhooks.post(objects.new("event", self.clock.now(), type=kind, data=data, request=request))

    def find(self, table: str, named: str, param: str | None = None) -> Json:
        """Return the object; what is missing is a bad request when a parameter named it, else a 404."""
        found: dict[str, Json] = getattr(self.state, table)
        if named not in found:
            word, own = _WORDS[table]
            message = f"No such {word}: '{named}'"
            raise Refusal(400 if param else 404, message, code="resource_missing", param=param or own)
        return found[named]

    def card(self, named: str, param: str | None = None) -> Json:
        """Return a card; a test card's name makes a new one of its number."""
        if named not in TEST_CARDS:
            return self.find("cards", named, param)
        made = objects.payment_method(TEST_CARDS[named], self.clock.now())
        self.state.cards[made["id"]] = made
        self.state.tokens[made["id"]] = named
        return made

    def test_card(self, card: Json) -> TestCard:
        """Return what Stripe's table says about a card's number."""
        return TEST_CARDS[self.state.tokens[card["id"]]]

    def outcome(self, card: Json, presence: str) -> str:
        """What comes of charging *card* now: what was asked for, else what its date and its number say."""
        asked = self.state.take("confirm", card["id"], OUTCOMES)
        if asked == "requires_action" and presence == "absent":
            return "authentication_required"
        if asked is not None:
            return asked
        now = self.clock.now()
        if (card["card"]["exp_year"], card["card"]["exp_month"]) < (now.year, now.month):
            return "expired_card"
        test = self.test_card(card)
        if test.asks == "never" or (test.asks, presence) == ("present", "absent"):
            return test.outcome
        return "authentication_required" if presence == "absent" else "requires_action"

    def page(self, table: str, call: Call, customer: str | None) -> Json:
        """Return a list object: newest first, of one customer, created within a span."""
        span = call.fields.get("created", {})
        span = span if isinstance(span, dict) else {"gte": span, "lte": span}
        rows = [row for row in reversed(getattr(self.state, table).values()) if _within(row["created"], span)]
        rows = [row for row in rows if customer in (None, row["customer"])]
        if after := call.fields.get("starting_after"):
            rows = rows[1 + rows.index(self.find(table, after, "starting_after")) :]
        size = min(call.fields.get("limit", 10), 100)
        return {"object": "list", "url": call.path, "has_more": len(rows) > size, "data": rows[:size]}


def _within(created: int, span: dict[str, Any]) -> bool:
    tests = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
    return all(tests[name](created, bound) for name, bound in span.items())
