"""The bridge from AWS: what is announced comes onto the queue of usage, or stays where it is."""

import asyncio
import json
from datetime import timedelta

import pytest

from shared.ports import StoredObject, SuspenseState, UnavailableError
from shared.use_cases.collection import forward_objects
from tests.fakes.object_feed import FakeObjectFeed, failing, notification
from tests.use_cases.collected import FOLDER, STREAMED, Bridge, cdr


@pytest.fixture
def bridge(world):
    return Bridge(world)


async def suspended(world):
    items = [item async for item in world.services.suspense.items(SuspenseState.OPEN, None)]
    return [(item.reason, item.message) for item in items]


async def test_a_record_comes_onto_the_queue_as_it_was_written(bridge):
    bridge.put("t-1")
    await bridge.run()
    [event] = bridge.sent()
    assert event["data"] == {"format": "chime-cdr", "records": [cdr("t-1")]}
    assert (event["specversion"], event["type"]) == ("1.0", "credits.usage.records.v1")
    assert bridge.feed.waiting == []


async def test_without_a_queue_of_announcements_nothing_happens(world):
    await forward_objects.forward_objects(world.services)
    assert not world.queues.waiting


async def test_the_profile_says_whose_calls_they_are(world):
    bridge = Bridge(world, profile="connectors")
    bridge.put("t-1")
    await bridge.run()
    assert bridge.sent()[0]["data"]["profile"] == "connectors"


async def test_everything_that_waits_is_forwarded_in_few_messages(bridge):
    bridge.put(*(f"t-{number}" for number in range(25)))
    await bridge.run()
    assert sorted(bridge.names()) == sorted(f"t-{number}" for number in range(25))
    assert len(bridge.sent()) == 3  # one for each ten announcements


async def test_several_objects_in_one_announcement_are_all_forwarded(bridge):
    places = [StoredObject("cdrs", f"{FOLDER}/{name}") for name in ("a b", "c+d", "e%2Ff", "ü")]
    bridge.feed.objects = {where: json.dumps(cdr(where.key[-3:])).encode() for where in places}
    bridge.feed.announce(notification(*places))
    await bridge.run()
    assert bridge.names() == [where.key[-3:] for where in places]


async def test_a_version_is_read_as_announced(bridge):
    where = StoredObject("cdrs", f"{FOLDER}/t", "v1")
    bridge.feed.objects = {where: json.dumps(cdr("old")).encode(), StoredObject("cdrs", where.key): b"{}"}
    bridge.feed.announce(notification(where))
    await bridge.run()
    assert bridge.names() == ["old"]


async def test_streaming_records_and_folders_are_dropped(bridge):
    """They carry the call's TransactionId, so they must not even reach the reader."""
    bridge.feed.put(f"{STREAMED}/t-1", json.dumps(cdr("t-1", UsageType="USE1-VC-kinesis-audio-streaming")).encode())
    bridge.feed.put(f"{FOLDER}/", b"")
    await bridge.run()
    assert (bridge.sent(), bridge.feed.waiting) == ([], [])


async def test_the_test_event_and_deletions_are_dropped(bridge, world):
    bridge.feed.announce({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "cdrs"})
    bridge.feed.announce(notification(StoredObject("cdrs", f"{FOLDER}/gone"), event="ObjectRemoved:Delete"))
    await bridge.run()
    assert (bridge.sent(), bridge.feed.waiting, await suspended(world)) == ([], [], [])


async def test_what_can_not_be_read_does_not_hold_back_the_others_and_becomes_a_dead_letter(bridge):
    bridge.put(*(f"t-{number}" for number in range(9)))
    missing = bridge.feed.announce(notification(StoredObject("cdrs", f"{FOLDER}/missing")))
    await bridge.run()
    assert len(bridge.names()) == 9
    assert [message.id for message in bridge.feed.waiting] == [missing]
    for _ in range(5):
        bridge.feed.lapse()
        await bridge.run()
    assert [message.id for message in bridge.feed.dead] == [missing]
    assert len(bridge.names()) == 9


async def test_a_dead_letter_that_was_moved_back_is_forwarded(bridge):
    where = StoredObject("cdrs", f"{FOLDER}/late")
    bridge.feed.announce(notification(where))
    for _ in range(6):
        await bridge.run()
        bridge.feed.lapse()
    [dead] = bridge.dead()
    bridge.feed.objects[where] = json.dumps(cdr("late")).encode()
    bridge.feed.announce(dead)
    await bridge.run()
    assert bridge.names() == ["late"]


async def test_an_object_larger_than_any_record_becomes_a_dead_letter(bridge):
    bridge.feed.put(f"{FOLDER}/huge", b" " * 65_537)
    await bridge.run()
    assert (len(bridge.feed.waiting), bridge.sent()) == (1, [])


@pytest.mark.parametrize("content", [b"", b"<xml/>", b'{"a":1,"a":2}', b"\xff", b'{"a":NaN}', b"[" * 40 + b"]" * 40])
async def test_an_object_that_can_not_be_understood_goes_into_suspense(bridge, world, content):
    bridge.feed.put(f"{FOLDER}/t-1", content, times=2)
    bridge.put("t-2")
    await bridge.run()
    [(reason, _)] = await suspended(world)  # once, however often it was announced
    assert (reason, bridge.feed.waiting, bridge.names()) == ("unreadable", [], ["t-2"])


@pytest.mark.parametrize("body", ["", "hello", "[]", "{}", '{"Records":[{"eventName":"ObjectCreated:Put"}]}', "null"])
async def test_a_message_that_announces_nothing_goes_into_suspense(bridge, world, body):
    bridge.feed.announce(body)
    bridge.put("t-1")
    await bridge.run()
    assert (await suspended(world), bridge.feed.waiting) == ([("unreadable", body)], [])
    assert bridge.names() == ["t-1"]


async def test_nothing_is_deleted_while_the_own_queue_is_down(bridge, world):
    bridge.put("t-1", "t-2")

    async def down(_queue, _text):
        raise UnavailableError("down")

    world.queues.fault = down
    with pytest.raises(UnavailableError):
        await bridge.run()
    assert len(bridge.feed.waiting) == 2
    world.queues.fault = None
    bridge.feed.lapse()
    await bridge.run()
    assert (sorted(bridge.names()), bridge.feed.waiting) == (["t-1", "t-2"], [])


async def test_an_outage_of_one_object_ends_the_run_after_the_others_are_done(bridge):
    bridge.put("t-1", "t-2", "t-3")
    bridge.feed.fault = failing("read")
    with pytest.raises(UnavailableError):
        await bridge.run()
    assert (len(bridge.names()), len(bridge.feed.waiting)) == (2, 1)


async def test_what_was_not_deleted_comes_again_as_the_same_message(bridge):
    """The identity of the event and of its records does not change, so the ledger recognises them."""
    bridge.put("t-1")
    bridge.feed.undeletable = {"m1"}
    await bridge.run()
    bridge.feed.lapse()
    bridge.feed.undeletable = set()
    await bridge.run()
    first, second = bridge.sent()
    assert (first, bridge.feed.waiting) == (second, [])


async def test_announcements_stay_hidden_while_they_are_worked_on(world):
    feed = FakeObjectFeed()
    feed.hidden = timedelta(milliseconds=3)
    bridge = Bridge(world, feed)
    bridge.put("t-1")

    async def slow(step):
        if step == "read":
            await asyncio.wait_for(feed.is_prolonged.wait(), 30)

    feed.fault = slow
    await bridge.run()
    assert (set(feed.prolonged), bridge.names()) == ({"m1"}, ["t-1"])


async def test_the_metric_says_what_became_of_each(bridge, recorder):
    bridge.put("t-1", "t-2")
    bridge.feed.undeletable = {"m2"}
    bridge.feed.announce("hello")
    bridge.feed.announce({"Event": "s3:TestEvent"})
    bridge.feed.announce(notification(StoredObject("cdrs", "missing")))
    await bridge.run()
    found = recorder.metrics().items()
    assert {key[1]: count for key, count in found if key[0] == "credits.bridge.announcements"} == {
        "forwarded": 1,
        "redelivered": 1,
        "suspended": 1,
        "ignored": 1,
        "unreadable": 1,
    }


async def test_the_metric_says_whether_runs_end_well(bridge, recorder):
    await bridge.run()
    bridge.feed.fault = failing("receive")
    with pytest.raises(UnavailableError):
        await bridge.run()
    assert recorder.metrics()["credits.bridge.runs", "done"] == 1
    assert recorder.metrics()["credits.bridge.runs", "failed"] == 1
