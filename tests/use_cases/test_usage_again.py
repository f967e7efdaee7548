"""The same event again: a duplicate has no effect, an altered one is a conflict, for ever (R10)."""

import json

import pytest

from shared.use_cases.usage.record_usage import record_poison
from tests.tenant import OTHER, Tenant, call, event, report


async def bury(world, message):
    """The queue gave up on it."""
    await record_poison(world.services, message if isinstance(message, bytes) else json.dumps(message).encode())


@pytest.mark.parametrize(
    "deliver",
    [
        pytest.param(lambda one: [[one, one]], id="in one message"),
        pytest.param(lambda one: [one, one], id="in two messages"),
        pytest.param(lambda one: [[one], one, [one, call("other"), one]], id="in messages of both kinds"),
    ],
)
async def test_an_event_that_comes_twice_is_booked_once(world, tenant, deliver):
    await report(world, *deliver(call("twice", seconds=600)))
    assert (await tenant.booked("debit")).count(("debit", "-0.2")) == 1
    assert await tenant.suspended() == []


async def test_an_event_is_known_for_ever(world, tenant):
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
        call(calling="anonymous"),  # no number is no caller
        call(calling=["+14255550101"]),
        call(capability=None, usageLocation=None),
        {**call(), "time": "2026-03-01T12:00:00Z", "subject": "again", "datacontenttype": "text/json"},
        call(calling=None, leg=None),  # absent is null
        dict(reversed(call().items())),
    ],
)
async def test_what_does_not_count_may_change_and_it_is_still_a_duplicate(world, tenant, altered):
    await report(world, call(), altered)
    assert len(await tenant.booked("debit")) == 1
    assert await tenant.suspended() == []


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
async def test_other_content_under_the_same_name_is_a_conflict_and_books_nothing(world, tenant, altered):
    await report(world, call(), call(**altered))
    assert await tenant.booked("debit") == [("debit", "-0.02")]
    assert await tenant.reasons() == ["conflict"]


async def test_a_conflict_that_comes_again_is_one_conflict(world, tenant):
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


async def test_names_that_read_alike_when_joined_are_different(world, tenant):
    first, second = event("c", call()["data"], source="ab"), event("bc", call()["data"], source="a")
    await report(world, first, second)
    assert len(await tenant.booked("debit")) == 2


async def test_a_suspended_event_that_comes_again_stays_the_one_item(world, tenant):
    nowhere = call(called="+861012345678")
    await report(world, nowhere, [nowhere, nowhere])
    assert await tenant.reasons() == ["no_rate"]


async def test_a_suspended_event_that_comes_again_altered_is_a_conflict(world, tenant):
    await report(world, call(called="+861012345678"))
    world.clock.forward(minutes=1)
    await report(world, call())
    assert await tenant.reasons() == ["no_rate", "conflict"]
    assert await tenant.booked("debit") == []


async def test_the_queue_gives_up_only_what_was_not_booked(world, tenant):
    await report(world, call("booked"))
    await bury(world, [call("booked"), call("not booked"), "junk"])
    buried = {item["reason"]: item["event"] and item["event"]["id"] for item in await tenant.suspended()}
    assert buried == {"poison": "not booked", "not_cloudevents": None}
    assert len(await tenant.booked("debit")) == 1


@pytest.mark.parametrize("message", [b"junk", call(account=OTHER), call(direction="up"), call()])
async def test_what_is_buried_twice_is_one_item(world, tenant, message):
    await bury(world, message)
    await bury(world, message)
    await report(world, message)
    assert len(await tenant.suspended()) == 1
    assert await tenant.booked("debit") == []
    assert await world.audit() == []


async def test_two_processes_that_get_the_same_messages_book_each_call_once(world, tenant):
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
