"""Replaying suspended items: usage is booked exactly once for any number of repetitions and replays (R24)."""

import asyncio
import itertools
import json

import pytest

from shared.use_cases.usage.record_usage import record_poison
from tests.tenant import Tenant, call, code_of, report

CHINA = b"prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n86,China,,CN,1,0,60,60\n"
TO_CHINA = {"called": "+861012345678"}


async def items(tenant):
    return [item["id"] for item in await tenant.suspended()]


async def test_suspended_usage_of_an_unknown_account_is_booked_after_its_opening(world):
    unopened = Tenant(world)
    await report(world, call())
    assert await unopened.reasons() == ["unknown_account"]
    await unopened.open()
    (item,) = await items(unopened)
    assert (await unopened.replay(item))["state"] == "replayed"
    assert await unopened.booked() == [("debit", "-0.02")]
    assert (await unopened.suspended(), await unopened.reasons("replayed")) == ([], ["unknown_account"])


@pytest.mark.parametrize("order", sorted(set(itertools.permutations(["sent", "replayed"] * 2))))
async def test_a_call_sent_again_and_replayed_in_any_order_is_booked_once(world, order):
    unopened = Tenant(world)
    await report(world, call())
    (item,) = await items(unopened)
    await unopened.open()
    for step in order:
        await (report(world, call()) if step == "sent" else unopened.replay(item))
    assert await unopened.booked() == [("debit", "-0.02")]
    assert await unopened.suspended() == []
    assert await world.audit() == []


async def test_a_call_sent_again_and_replayed_concurrently_is_booked_once(world):
    for number in range(10):
        await report(world, call(f"call-{number}"))
    here, there = Tenant(world), world.process()
    waiting = await items(here)
    await here.open()
    world.services = there
    await asyncio.gather(
        *(report(world, call(f"call-{number}")) for number in range(10)),
        *(here.replay(item) for item in waiting),
        *(here.replay(item) for item in waiting),
    )
    assert await here.booked() == [("debit", "-0.02")] * 10
    assert await here.suspended() == []


async def test_a_call_without_a_rate_is_booked_once_when_there_is_one(world, tenant):
    await report(world, call(**TO_CHINA))
    (item,) = await items(tenant)
    still = await tenant.replay(item)
    assert (still["state"], still["reason"]) == ("open", "no_rate")
    await world.publish(CHINA)
    first, second = await tenant.replay(item), await tenant.replay(item)
    assert first == second
    assert (first["state"], first["reason"]) == ("replayed", "no_rate")
    await report(world, call(**TO_CHINA))
    assert await tenant.booked() == [("debit", "-1")]
    assert await world.audit() == []


async def test_repeating_an_interrupted_replay_books_nothing_more(world, tenant):
    await report(world, call(**TO_CHINA))
    await world.publish(CHINA)
    (item,) = await items(tenant)
    before = dict(world.suspense.partitions["items"])
    await tenant.replay(item)
    world.suspense.partitions["items"] = before
    assert (await tenant.replay(item))["state"] == "replayed"
    assert await tenant.booked() == [("debit", "-1")]


async def test_a_failed_replay_shows_the_current_reason(world):
    unopened = Tenant(world)
    await report(world, call(direction="up"))
    (item,) = await items(unopened)
    assert (await unopened.replay(item))["reason"] == "unknown_account"
    await unopened.open()
    replayed = await unopened.replay(item)
    assert (replayed["state"], replayed["reason"], replayed["detail"]) == (
        "open",
        "invalid_field",
        "direction: one of 'in' or 'out'",
    )
    assert await unopened.booked() == []


async def test_poison_can_be_replayed(world, tenant):
    await record_poison(world.services, json.dumps([call("a"), call("b")]).encode())
    for item in await items(tenant):
        await tenant.replay(item)
    assert await tenant.booked() == [("debit", "-0.02")] * 2


async def test_a_call_suspended_before_and_after_its_accounts_opening_is_booked_once(world):
    unopened = Tenant(world)
    await report(world, call(**TO_CHINA))
    await unopened.open()
    world.clock.forward(minutes=1)
    await report(world, call(**TO_CHINA))
    assert await unopened.reasons() == ["unknown_account", "no_rate"]
    await world.publish(CHINA)
    for item in await items(unopened):
        await unopened.replay(item)
    assert await unopened.booked() == [("debit", "-1")]
    assert await unopened.suspended() == []


async def test_a_conflict_is_not_replayed(world, tenant):
    await report(world, call(), call(seconds=61))
    (item,) = await items(tenant)
    assert (await tenant.replay(item))["reason"] == "conflict"
    assert await tenant.booked() == [("debit", "-0.02")]


async def test_a_conflict_with_an_unbooked_event_is_not_replayed(world, tenant):
    await report(world, call(**TO_CHINA), call())
    (conflict,) = [item["id"] for item in await tenant.suspended() if item["reason"] == "conflict"]
    assert (await tenant.replay(conflict))["state"] == "open"
    assert await tenant.booked() == []


async def test_a_message_without_an_event_stays_unchanged_by_a_replay(world, tenant):
    await report(world, b"junk")
    (item,) = await items(tenant)
    assert (await tenant.replay(item))["reason"] == "unreadable"


@pytest.mark.parametrize("item", ["nothing", "../items", "a'b", "x" * 2_000, "20260301120000000000-0123456789abcdef"])
async def test_an_unknown_item_is_not_found(tenant, item):
    assert await code_of(tenant.replay(item)) == "not_found"
    assert await code_of(tenant.accept(item)) == "not_found"


async def test_an_item_that_an_earlier_release_read_and_this_one_would_not_is_told_apart(world, tenant):
    await report(world, call(**TO_CHINA), call("known"), call("known", seconds=61))
    for row in world.suspense.partitions["items"].values():
        row.values["message0"] = json.dumps(json.dumps({**call(), "id": ""}))
    for item in await items(tenant):
        told = await tenant.replay(item)
        assert (told["state"], told["reason"]) == ("open", "not_cloudevents")
        assert await code_of(tenant.accept(item)) == "invalid_request"
