"""The stand-in's webhooks: ordered, signed, repeated; on request duplicated, reversed, delayed or dropped."""

import asyncio

import pytest

from shared.adapters.stripe.webhooks import StripeWebhooks
from shared.ports import PaymentNews
from tests.contracts.stripe_stand_in import NEW, SECRET

SUCCESS = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"]
DECLINE = ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


async def pay(stand_in, outcome="succeed"):
    await stand_in.next_outcome(outcome)
    payment = (await stand_in.post("payment_intents", NEW, "create")).json()["id"]
    await stand_in.post(f"payment_intents/{payment}/confirm", {"payment_method": "pm_card_visa"}, "confirm")
    return payment


async def nothing_is_on_its_way(stand_in):
    return (await stand_in.web.get("/_control/status")).json()["pendingWebhooks"] == 0


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        ("succeed", SUCCESS),
        ("lost_card", DECLINE),
        ("requires_action", ["payment_intent.created", "payment_intent.requires_action"]),
        ("processing", ["payment_intent.created", "charge.pending", "payment_intent.processing"]),
    ],
)
async def test_every_attempt_sends_webhooks_in_stripes_order(stand_in, outcome, kinds):
    payment = await pay(stand_in, outcome)
    await stand_in.hooks.until(lambda hooks: len(hooks.taken) == len(kinds))
    assert stand_in.hooks.kinds == kinds
    webhooks = StripeWebhooks([SECRET])
    found = [webhooks.news_of(*news) for news in stand_in.hooks.tries]
    assert {news.payment for news in found if isinstance(news, PaymentNews)} == {payment}


async def test_a_webhook_contains_time_cause_and_type(stand_in):
    await pay(stand_in)
    await stand_in.hooks.until(lambda hooks: hooks.kinds == SUCCESS)
    created, charged, *_ = stand_in.hooks.taken
    assert created["api_version"] == "2026-07-29.dahlia"
    assert created["created"] == stand_in.clock.at.timestamp()
    assert created["request"]["idempotency_key"] == "create"
    assert charged["request"]["idempotency_key"] == "confirm"
    assert charged["data"]["object"]["balance_transaction"] is None
    assert stand_in.hooks.taken[-1]["data"]["object"]["balance_transaction"].startswith("txn_")


async def test_a_webhook_contains_the_payments_state_at_that_time(stand_in):
    await pay(stand_in)
    await stand_in.hooks.until(lambda hooks: hooks.kinds == SUCCESS)
    assert stand_in.hooks.taken[0]["data"]["object"]["status"] == "requires_payment_method"


async def test_customers_cards_and_cancellations_send_webhooks(stand_in):
    customer = (await stand_in.post("customers")).json()["id"]
    card = (await stand_in.post("payment_methods/pm_card_visa/attach", {"customer": customer})).json()["id"]
    await stand_in.post(f"payment_methods/{card}/detach")
    payment = (await stand_in.post("payment_intents", NEW)).json()["id"]
    await stand_in.post(f"payment_intents/{payment}/cancel", {"cancellation_reason": "abandoned"})
    await stand_in.hooks.until(lambda hooks: "payment_intent.canceled" in hooks.kinds)
    assert stand_in.hooks.kinds[:3] == ["customer.created", "payment_method.attached", "payment_method.detached"]


async def test_a_webhook_that_is_not_accepted_is_sent_again_with_a_new_signature(stand_in, monkeypatch):
    monkeypatch.setattr("local.stand_ins.stripe.webhooks.PAUSE_SECONDS", 0.001)
    stand_in.hooks.answers = [500, 400, 503]
    await pay(stand_in)
    await stand_in.hooks.until(lambda hooks: len(hooks.taken) == len(SUCCESS))
    assert len(stand_in.hooks.tries) == len(SUCCESS) + 3
    assert sorted(stand_in.hooks.kinds) == sorted(SUCCESS)
    for news in stand_in.hooks.tries:
        StripeWebhooks([SECRET]).news_of(*news)


async def test_a_webhook_is_given_up_after_the_last_try(stand_in, monkeypatch):
    monkeypatch.setattr("local.stand_ins.stripe.webhooks.PAUSE_SECONDS", 0.0001)
    stand_in.hooks.answers = [500] * 100
    await stand_in.post("payment_intents", NEW)
    async with asyncio.timeout(5):
        while not await nothing_is_on_its_way(stand_in):
            pass
    status = (await stand_in.web.get("/_control/status")).json()
    assert (status["givenUpWebhooks"], status["deliveredWebhooks"]) == (1, 0)
    assert len(stand_in.hooks.tries) == 8


async def test_webhooks_can_be_duplicated(stand_in):
    await stand_in.control("webhooks", mode="double")
    await pay(stand_in)
    await stand_in.hooks.until(lambda hooks: len(hooks.taken) == 2 * len(SUCCESS))
    assert len({each["id"] for each in stand_in.hooks.taken}) == len(SUCCESS)


async def test_webhooks_can_be_reordered(stand_in):
    await stand_in.control("webhooks", mode="reorder")
    await pay(stand_in)
    await stand_in.hooks.until(lambda hooks: len(hooks.taken) == len(SUCCESS))
    assert stand_in.hooks.kinds[-3:] == SUCCESS[:0:-1]


async def test_webhooks_can_be_dropped(stand_in):
    await stand_in.control("webhooks", mode="drop")
    await pay(stand_in)
    assert await nothing_is_on_its_way(stand_in)
    await stand_in.control("webhooks", mode="normal")
    await stand_in.post("customers")
    await stand_in.hooks.until(lambda hooks: hooks.kinds == ["customer.created"])


async def test_webhooks_can_be_delayed(stand_in):
    await stand_in.control("webhooks", mode="delay")
    await pay(stand_in)
    assert await nothing_is_on_its_way(stand_in)
    assert (await stand_in.web.get("/_control/status")).json()["waitingWebhooks"] == len(SUCCESS)
    assert stand_in.hooks.taken == []
    await stand_in.control("webhooks", mode="normal")
    await stand_in.hooks.until(lambda hooks: hooks.kinds == SUCCESS)


async def test_a_webhook_is_pending_until_it_is_accepted(stand_in):
    await pay(stand_in)
    await stand_in.hooks.until(lambda hooks: hooks.kinds == SUCCESS)
    async with asyncio.timeout(5):
        while not await nothing_is_on_its_way(stand_in):
            pass
    assert (await stand_in.web.get("/_control/status")).json()["deliveredWebhooks"] == len(SUCCESS)
