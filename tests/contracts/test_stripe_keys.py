"""Idempotency keys of the stand-in for Stripe: one effect per key, and repeated answers."""

import asyncio
from datetime import timedelta

import pytest

from tests.contracts.stripe_stand_in import NEW, confirming, error


@pytest.fixture
async def payment(stand_in):
    return (await stand_in.post("payment_intents", NEW)).json()["id"]


async def test_a_repeated_key_gets_the_first_answer_marked_as_replayed(stand_in):
    first = await stand_in.post("payment_intents", NEW, "key")
    again = await stand_in.post("payment_intents", NEW, "key")
    assert again.content == first.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_repeated_key_gets_the_same_decline(stand_in, payment):
    await stand_in.next_outcome("insufficient_funds")
    first, again = await confirming(stand_in, payment), await confirming(stand_in, payment)
    assert (first.status_code, again.content) == (402, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert await stand_in.charges(payment) == (0, 1)


async def test_a_repeated_key_gets_the_same_500_without_retry_advice(stand_in, payment):
    await stand_in.next_outcome("error_500")
    first, again = await confirming(stand_in, payment), await confirming(stand_in, payment)
    assert (first.status_code, again.status_code) == (500, 500)
    assert first.headers["stripe-should-retry"] == again.headers["stripe-should-retry"] == "false"
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_repeated_key_gets_the_same_error_after_execution_began(stand_in, payment):
    await stand_in.post(f"payment_intents/{payment}/cancel")
    first, again = await confirming(stand_in, payment), await confirming(stand_in, payment)
    assert error(again) == error(first) == (400, "invalid_request_error", "payment_intent_unexpected_state", None)
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize(
    ("path", "fields"), [("payment_intents", {**NEW, "amount": "5001"}), ("customers", {"name": "other"})]
)
async def test_a_key_used_with_other_content_or_another_path_is_rejected(stand_in, path, fields):
    await stand_in.post("payment_intents", NEW, "key")
    assert error(await stand_in.post(path, fields, "key"))[:2] == (400, "idempotency_error")


async def test_a_rejected_request_does_not_use_up_its_key(stand_in):
    assert (await stand_in.post("payment_intents", {**NEW, "amount": "many"}, "key")).status_code == 400
    assert (await stand_in.post("payment_intents", NEW, "key")).status_code == 200


async def test_a_key_is_forgotten_after_a_day(stand_in):
    first = (await stand_in.post("payment_intents", NEW, "key")).json()["id"]
    stand_in.clock.at += timedelta(hours=24, seconds=-1)
    assert (await stand_in.post("payment_intents", NEW, "key")).json()["id"] == first
    stand_in.clock.at += timedelta(seconds=1)
    assert (await stand_in.post("payment_intents", NEW, "key")).json()["id"] != first


async def test_during_a_call_its_key_is_in_use_and_its_payment_is_locked(stand_in, payment):
    await stand_in.next_outcome("held")
    running = asyncio.create_task(confirming(stand_in, payment, "one"))
    async with asyncio.timeout(5):
        while not (await stand_in.web.get("/_control/status")).json()["heldCalls"]:
            pass
    assert error(await confirming(stand_in, payment, "one"))[0:3:2] == (409, "idempotency_key_in_use")
    assert error(await confirming(stand_in, payment, "two"))[0:3:2] == (429, "lock_timeout")
    await stand_in.control("release")
    first = await running
    assert (first.status_code, first.json()["status"]) == (200, "succeeded")
    assert (await confirming(stand_in, payment, "one")).content == first.content
    assert await stand_in.charges(payment) == (1, 0)
