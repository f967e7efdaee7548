"""Unparsable elements are stored byte by byte, their neighbours are booked, and they can be replayed (R24)."""

import base64
import json

import pytest

from shared.use_cases.usage import message
from tests.tenant import OTHER, Tenant, call, report


def text(name="bad", **data):
    return json.dumps(call(name, **data)).encode()


TWICE = text().replace(b'"user"', b'"direction": "in", "user"', 1)
BAD = {
    "a whole number of 5,000 digits": text(more=1).replace(b'"more": 1', b'"more": ' + b"9" * 5_000),
    "a name twice": TWICE,
    "a name twice in the envelope": text().replace(b'"id"', b'"id": "x", "id"'),
    "a name twice in a field nobody knows": text(more=1).replace(b'"more": 1', b'"more": [{"a": 1, "a": 1}]'),
    "NaN": text(more=1).replace(b'"more": 1', b'"more": NaN'),
    "minus infinity": text(more=1).replace(b'"more": 1', b'"more": -Infinity'),
    "a byte that is no UTF-8": text(user="X").replace(b'"X"', b'"\xff"'),
    "a surrogate in UTF-8": text(user="X").replace(b'"X"', b'"\xed\xa0\x80"'),
    "a control character": text(user="X").replace(b'"X"', b'"\x00"'),
    "single quotes": text().replace(b'"', b"'"),
    "a missing comma": text().replace(b'", "data"', b'" "data"'),
    "a missing colon": text().replace(b'"data": {', b'"data" {'),
    "30,000 levels": text(more=1).replace(b'"more": 1', b'"more": ' + b"[" * 30_000 + b"]" * 30_000),
    "a word": b"nothing",
    "two values": b"1 2",
}


def batch(*elements, join=b", "):
    return b"[" + join.join(elements) + b"]"


def kept(item):
    """The stored bytes of an item."""
    raw = item["message"]
    return base64.b64decode(raw) if item.get("encoding") == "base64" else raw.encode()


def numbered(name):
    return text(name)


@pytest.mark.parametrize("wrap", [bytes, base64.b64encode], ids=["plain", "base64"])
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
async def test_an_unparsable_element_does_not_prevent_booking_its_neighbours(world, tenant, bad, wrap):
    await report(world, wrap(batch(numbered("before"), bad, numbered("after"))))
    assert sorted(each["event"]["id"] for each in await tenant.movements(kind="debit")) == ["after", "before"]
    (item,) = await tenant.suspended()
    assert (item["reason"], item["event"], kept(item)) == ("unreadable", None, bad)
    assert await world.audit() == []


async def test_every_invalid_element_of_a_batch_is_a_separate_item(world, tenant):
    await report(world, batch(*list(BAD.values())[:6], numbered("good"), *list(BAD.values())[6:]))
    assert sorted(map(kept, await tenant.suspended())) == sorted(BAD.values())
    assert await tenant.booked("debit") == [("debit", "-0.02")]


@pytest.mark.parametrize(
    "broken",
    [
        batch(numbered("a"), numbered("b"))[:-1],
        batch(numbered("a"), b"", numbered("b")),
        batch(numbered("a"), numbered("b")) + b"]",
        batch(numbered("a"), b'{"an": "end}', numbered("b")),
        batch(numbered("a"), b'{"a": [1}', numbered("b")),
    ],
)
async def test_an_array_with_a_broken_structure_is_suspended_as_a_whole(world, tenant, broken):
    await report(world, broken)
    (item,) = await tenant.suspended()
    assert (item["reason"], kept(item)) == ("unreadable", broken)
    assert await tenant.booked() == []


@pytest.mark.parametrize("message", [b"[]", b" [ ] ", base64.b64encode(b"[]"), b"\xef\xbb\xbf[]"])
async def test_an_empty_batch_has_no_effect(world, tenant, message):
    await report(world, message)
    assert await tenant.suspended() == []
    assert await tenant.booked() == []


FEED, MARK = b"\x0c", b"\xef\xbb\xbf"
"""A form feed is white space in Python but not in JSON (RFC 8259). A byte order mark may precede a document."""


@pytest.mark.parametrize(
    "sent",
    [
        FEED + numbered("a"),
        numbered("a") + FEED,
        base64.b64encode(FEED + numbered("a")),
        base64.b64encode(numbered("a")).replace(b"I", b"I!", 1),
        numbered("a") + MARK,
        base64.b64encode(numbered("a") + MARK),
    ],
    ids=["feed before", "feed behind", "feed in base64", "no base64", "mark behind", "mark behind in base64"],
)
async def test_a_message_that_is_almost_valid_json_or_base64_is_stored_unchanged(world, tenant, sent):
    await report(world, sent)
    (item,) = await tenant.suspended()
    assert (item["reason"], kept(item)) == ("unreadable", sent)
    assert await tenant.booked() == []


@pytest.mark.parametrize("wrap", [bytes, base64.b64encode], ids=["plain", "base64"])
async def test_a_byte_order_mark_before_a_document_is_ignored(world, tenant, wrap):
    await report(world, wrap(MARK + numbered("a")))
    assert await tenant.booked("debit") == [("debit", "-0.02")]


async def test_an_element_with_white_space_that_is_invalid_in_json_is_stored_unchanged(world, tenant):
    await report(world, batch(FEED + numbered("a"), numbered("good")))
    assert [kept(item) for item in await tenant.suspended()] == [FEED + numbered("a")]
    assert await tenant.booked("debit") == [("debit", "-0.02")]


async def test_a_huge_number_in_an_unknown_field_does_not_prevent_a_booking(world, tenant):
    huge = text("huge", more=1).replace(b'"more": 1', b'"more": 1e999')
    await report(world, huge, batch(numbered("good"), huge.replace(b"bad", b"bad-2").replace(b'"out"', b'"up"')))
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 2
    (item,) = await tenant.suspended()
    assert b"1e999" in kept(item)


async def test_different_binary_messages_are_different_items_with_their_bytes(world, tenant):
    messages = [b"\xff", b"\xfe", b"\xff\xff", b"\xef\xbf\xbd", b'{"id": "\xff"}', bytes(range(256)) * 256]
    await report(world, *messages, *messages)
    items = await tenant.suspended()
    assert sorted(map(kept, items)) == sorted(messages)
    assert [item["reason"] for item in items] == ["unreadable"] * len(messages)
    assert [item.get("encoding") for item in items if kept(item) == b"\xef\xbf\xbd"] == [None]  # a text like any other


async def test_base64_data_with_a_duplicate_name_is_unreadable_and_has_no_identity(world, tenant):
    data = base64.b64encode(json.dumps(call()["data"]).replace('"user"', '"user": "bob", "user"', 1).encode()).decode()
    await report(world, [{**call("a"), "data": None, "data_base64": data}, call("good")])
    assert await tenant.reasons() == ["unreadable"]
    assert await tenant.booked("debit") == [("debit", "-0.02")]


# --- read again


@pytest.fixture
def earlier_reader(monkeypatch):
    """The reader of 0.1.0, which reads nothing of a message with one invalid element."""
    monkeypatch.setattr(message, "_one_by_one", lambda _document: None)
    return monkeypatch


async def unread(world, tenant, sent):
    """Suspend a whole message, as an earlier reader did."""
    await report(world, sent)
    (item,) = await tenant.suspended()
    assert item["reason"] == "unreadable"
    return item["id"]


@pytest.mark.parametrize("wrap", [bytes, base64.b64encode], ids=["plain", "base64"])
async def test_replaying_a_message_that_is_now_readable_reports_its_results(world, tenant, earlier_reader, wrap):
    await report(world, call("known"))
    sent = wrap(batch(numbered("known"), numbered("new"), TWICE, text("up", direction="up"), text("x", account=OTHER)))
    item = await unread(world, tenant, sent)
    assert (await tenant.replay(item))["state"] == "open"
    earlier_reader.undo()
    replayed = await tenant.replay(item)
    assert (replayed["state"], replayed["reason"]) == ("replayed", "unreadable")
    assert replayed["replay"] == {
        "read": 5,
        "booked": 1,
        "duplicate": 1,
        "suspended": 3,
        "reasons": {"unreadable": 1, "invalid_field": 1, "unknown_account": 1},
    }
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 2
    assert sorted(await tenant.reasons()) == ["invalid_field", "unknown_account", "unreadable"]
    assert await world.audit() == []


async def test_a_replay_counts_repeated_elements_of_a_message_as_duplicates(world, tenant, earlier_reader):
    await report(world, call("known"))
    altered = text("known", seconds=61)
    item = await unread(world, tenant, batch(TWICE, altered, b"7", TWICE, altered, b"7"))
    earlier_reader.undo()
    assert (await tenant.replay(item))["replay"] == {
        "read": 6,
        "booked": 0,
        "duplicate": 3,
        "suspended": 3,
        "reasons": {"unreadable": 1, "not_cloudevents": 1, "conflict": 1},
    }


@pytest.mark.parametrize("order", ["replay sent", "sent replay", "replay replay sent sent"])
async def test_events_replayed_and_sent_again_in_any_order_are_booked_once(world, tenant, earlier_reader, order):
    sent = batch(numbered("a"), TWICE, numbered("b"))
    item = await unread(world, tenant, sent)
    earlier_reader.undo()
    for step in order.split():
        await (report(world, sent) if step == "sent" else tenant.replay(item))
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 2
    await tenant.replay(item)
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 2
    (left,) = await tenant.suspended()
    assert kept(left) == TWICE


async def test_repeating_an_interrupted_replay_books_nothing_more(world, tenant, earlier_reader):
    item = await unread(world, tenant, batch(numbered("a"), TWICE))
    earlier_reader.undo()
    before = dict(world.suspense.partitions["items"])
    await tenant.replay(item)
    world.suspense.partitions["items"] = before
    replayed = await tenant.replay(item)
    assert (replayed["state"], replayed["replay"]["duplicate"]) == ("replayed", 1)
    assert await tenant.booked("debit") == [("debit", "-0.02")]


async def test_a_message_that_is_still_unreadable_stays_open_with_its_current_reason(world, tenant):
    await report(world, TWICE, [7, call("good")])
    for item in await tenant.suspended():
        replayed = await tenant.replay(item["id"])
        assert {**replayed, "replay": None} == {**item, "replay": None}
        assert (replayed["state"], replayed["replay"]["read"]) == ("open", 0)


async def test_a_nested_array_is_not_an_event_after_any_number_of_replays(world, tenant):
    await report(world, batch(batch(numbered("inner")), numbered("outer"), batch(numbered("inner"), TWICE)))
    assert sorted(await tenant.reasons()) == ["not_cloudevents"] * 2
    for item in await tenant.suspended():
        assert (await tenant.replay(item["id"]))["state"] == "open"
    assert await tenant.booked("debit") == [("debit", "-0.02")]


async def test_a_dismissed_message_can_be_replayed_when_it_is_readable(world, tenant, earlier_reader):
    item = await unread(world, tenant, batch(numbered("a"), TWICE))
    earlier_reader.undo()
    row = world.suspense.partitions["items"][item]
    row.values["state"] = "dismissed"
    assert (await tenant.replay(item))["state"] == "replayed"
    assert await tenant.booked("debit") == [("debit", "-0.02")]


async def test_an_item_of_an_earlier_version_contains_text(world, tenant):
    await report(world, b"junk")
    (row,) = world.suspense.partitions["items"].values()
    del row.values["encoding"]
    (item,) = await tenant.suspended()
    assert (item["message"], "encoding" in item) == ("junk", False)
    assert (await tenant.replay(item["id"]))["state"] == "open"
    await report(world, b"junk")
    assert len(await tenant.suspended()) == 1


async def test_an_event_of_a_replayed_message_may_become_an_item_of_its_account(world, earlier_reader):
    unopened = Tenant(world)
    item = await unread(world, unopened, batch(numbered("a"), TWICE))
    earlier_reader.undo()
    assert (await unopened.replay(item))["replay"]["reasons"] == {"unknown_account": 1, "unreadable": 1}
    await unopened.open()
    (waiting,) = [found["id"] for found in await unopened.suspended() if found["event"]]
    assert (await unopened.replay(waiting))["state"] == "replayed"
    assert await unopened.booked("debit") == [("debit", "-0.02")]
