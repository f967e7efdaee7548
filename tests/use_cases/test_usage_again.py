"""Repeated events: a duplicate has no effect, an altered event is a conflict, at any later time (R10)."""

import asyncio
import json

import pytest

from shared.use_cases.calls.call_facts import facts_of
from shared.use_cases.usage import record_items
from shared.use_cases.usage.record_usage import record_poison
from tests.tenant import OTHER, Tenant, call, event, report

FIRST = call()["data"]


async def bury(world, message):
    """Deliver the message as poison."""
    await record_poison(world.services, message if isinstance(message, bytes) else json.dumps(message).encode())


@pytest.mark.parametrize(
    "deliver",
    [
        pytest.param(lambda one: [[one, one]], id="in one message"),
        pytest.param(lambda one: [one, one], id="in two messages"),
        pytest.param(lambda one: [[one], one, [one, call("other"), one]], id="in messages of both kinds"),
    ],
)
async def test_an_event_delivered_twice_is_booked_once(world, tenant, deliver):
    await report(world, *deliver(call("twice", seconds=600)))
    assert (await tenant.booked("debit")).count(("debit", "-0.2")) == 1
    assert await tenant.suspended() == []


async def test_an_event_is_recognised_at_any_later_time(world, tenant):
    await report(world, call())
    world.clock.forward(days=3_000)
    world.services = world.process()
    await report(world, call())
    assert await tenant.booked("debit") == [("debit", "-0.02")]
    assert await tenant.suspended() == []


@pytest.mark.parametrize(
    "altered",
    [
        call(startedAt="2026-03-01T12:50:00+01:00"),  # the same instant
        call(startedAt="2026-03-01t11:50:00.000z"),
        call(account="5F0C1F9E-0000-4000-8000-000000000001"),
        call(more={"field": 1}),  # added
        call(durationSeconds=60.0),
        call(calling="anonymous"),  # an invalid number counts as absent
        call(calling=["+14255550101"]),
        call(capability=None, usageLocation=None),
        {**call(), "time": "2026-03-01T12:00:00Z", "subject": "again", "datacontenttype": "text/json"},
        call(calling=None, leg=None),  # null counts as absent
        dict(reversed(call().items())),
    ],
)
async def test_an_event_with_irrelevant_changes_is_a_duplicate(world, tenant, altered):
    await report(world, call(), altered)
    assert len(await tenant.booked("debit")) == 1
    assert await tenant.suspended() == []


@pytest.mark.parametrize(
    "other", [{"called": "911"}, {"durationSeconds": 99_999}, {"user": None}, {"durationSeconds": 61}]
)
async def test_the_first_of_two_events_with_one_identity_is_booked(world, tenant, monkeypatch, other):
    """Its rate takes long to be found; the other one has none, or it is known at once."""

    async def late(services, found, *more):
        for _ in range(100 if (found.called, found.durationSeconds) == (FIRST["called"], 60) else 0):
            await asyncio.sleep(0)
        return await facts_of(services, found, *more)

    monkeypatch.setattr(record_items, "facts_of", late)
    await report(world, [call(), call(**other)])
    assert await tenant.booked("debit") == [("debit", "-0.02")]
    assert [item["reason"] for item in await tenant.suspended()] == ["conflict"]


@pytest.mark.parametrize(
    "altered",
    [
        {"durationSeconds": 61},
        {"called": "+442079460124"},
        {"calling": "+14255550101"},
        {"direction": "in"},
        {"service": "conference"},
        {"user": "bob"},
        {"startedAt": "2026-03-01T11:50:01Z"},
        {"leg": "another"},
        {"capability": "MCOPSTN1"},
        {"usageLocation": "GB"},
    ],
)
async def test_the_same_id_with_other_content_is_a_conflict_and_books_nothing(world, tenant, altered):
    await report(world, call(), call(**altered))
    assert await tenant.booked("debit") == [("debit", "-0.02")]
    assert await tenant.reasons() == ["conflict"]


async def test_a_repeated_conflict_is_one_conflict(world, tenant):
    altered = call(seconds=61)
    await report(world, [call(), altered, altered], altered, call(), [altered])
    assert len(await tenant.booked("debit")) == 1
    assert await tenant.reasons() == ["conflict"]


async def test_two_conflicts_of_one_event_are_two_items(world, tenant):
    await report(world, call(), call(seconds=61), call(seconds=62))
    assert await tenant.reasons() == ["conflict"] * 2


async def test_the_same_id_of_another_source_or_account_is_another_call(world, tenant):
    await Tenant(world, OTHER).open()
    await report(world, call(), {**call(), "source": "urn:example:sbc-2"}, call(account=OTHER, seconds=61))
    assert len(await tenant.booked("debit")) == 2
    assert await tenant.suspended() == []


async def test_ids_that_are_equal_when_concatenated_are_different(world, tenant):
    first, second = event("c", call()["data"], source="ab"), event("bc", call()["data"], source="a")
    await report(world, first, second)
    assert len(await tenant.booked("debit")) == 2


async def test_a_repeated_suspended_event_is_one_item(world, tenant):
    nowhere = call(called="+861012345678")
    await report(world, nowhere, [nowhere, nowhere])
    assert await tenant.reasons() == ["no_rate"]


async def test_an_altered_suspended_event_is_a_conflict(world, tenant):
    await report(world, call(called="+861012345678"))
    world.clock.forward(minutes=1)
    await report(world, call())
    assert await tenant.reasons() == ["no_rate", "conflict"]
    assert await tenant.booked("debit") == []


async def test_poison_suspends_only_events_that_were_not_booked(world, tenant):
    await report(world, call("booked"))
    await bury(world, [call("booked"), call("not booked"), "junk"])
    buried = {item["reason"]: item["event"] and item["event"]["id"] for item in await tenant.suspended()}
    assert buried == {"poison": "not booked", "not_cloudevents": None}
    assert len(await tenant.booked("debit")) == 1


@pytest.mark.parametrize("message", [b"junk", call(account=OTHER), call(direction="up"), call()])
async def test_poison_delivered_twice_is_one_item(world, tenant, message):
    await bury(world, message)
    await bury(world, message)
    await report(world, message)
    assert len(await tenant.suspended()) == 1
    assert await tenant.booked("debit") == []
    assert await world.audit() == []


async def test_two_processes_with_the_same_messages_book_each_call_once(world, tenant):
    here, there = world.services, world.process()
    await tenant.grant("100")
    for number in range(5):
        message = [call(f"{number}.{part}") for part in range(5)]
        world.services = here
        await report(world, message)
        world.services = there
        await report(world, message, [call(f"{number}.{part}", seconds=61) for part in range(5)])
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 25
    assert await tenant.reasons() == ["conflict"] * 25
    assert await world.audit() == []
