"""Messages that are not valid JSON, and JSON that is not a valid event."""

import json
from base64 import b64encode
from collections.abc import Iterator

from tests.proofs.prove.bad_input.cases import ABSENT, Case, EventFactory, canonical, shown

DEEP = 30_000
"""Depth of nested brackets; with the closing ones just below 64 KiB."""


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def unreadable(events: EventFactory) -> Iterator[Case]:
    """Neither JSON nor base64 of JSON: stored unchanged."""
    good = json.dumps(events.event("never-read"))
    for what, text in {
        "a word": "hello",
        "percent signs": "%%%",
        "half an event": good[: len(good) // 2],
        "half an event in base64": _base64(good.encode())[:-21],
        "base64 of bytes that are not text": _base64(bytes(range(128, 256))),
        "base64 of an event with a byte that is not UTF-8": _base64(
            good.replace("user-1", "user-\xff").encode("latin-1")
        ),
        "base64 of base64": _base64(_base64(good.encode()).encode()),
        "base64 of UTF-16": _base64(good.encode("utf-16")),
        "NaN": good.replace("60", "NaN"),
        "minus infinity": good.replace("60", "-Infinity"),
        "single quotes": good.replace('"', "'"),
        "a trailing comma": good[:-1] + ",}",
        "two events without an array": good + good,
        "XML": "<usage><call/></usage>",
        "markup that ends a message": "</MessageText></QueueMessage>",
        "30,000 nested arrays": "[" * DEEP + "]" * DEEP,
        "an integer of 5,000 digits": good.replace("60", "9" * 5000),
        "a duplicate name": _with_duplicate_name(good),
        "a duplicate name in an array of one": f"[{_with_duplicate_name(good)}]",
        "a duplicate name in base64": _base64(_with_duplicate_name(good).encode()),
        "an array without an end": f"[{good}, {good}",
        "an array with an element missing": f"[{good}, , {good}]",
        "an array with a comma at its end": f"[{good},]",
        "text after an array": f"[{good}]]",
        "64 KiB of one character": "A" * 65_000,
    }.items():
        yield Case(what, text, {text: "unreadable"})


def refused_elements(events: EventFactory) -> Iterator[Case]:
    """Elements that the parser rejects, each between two valid events, which are booked."""
    bad = json.dumps(events.event("never-read", {"more": 1}))
    for what, element in {
        "an integer of 5,000 digits": bad.replace('"more": 1', f'"more": {"9" * 5000}'),
        "a duplicate name": _with_duplicate_name(bad),
        "a duplicate name in an unknown field": bad.replace('"more": 1', '"more": {"a": 1, "a": 2}'),
        "NaN": bad.replace('"more": 1', '"more": NaN'),
        "a control character": bad.replace("user-1", "user-\u0001"),
        "a trailing comma": bad[:-1] + ",}",
        "10,000 nested arrays": bad.replace('"more": 1', f'"more": {"[" * 10_000}{"]" * 10_000}'),
        "a word": "never",
    }.items():
        yield _between(events, f"between valid events: {what}", element.encode(), element)
    for number in range(3):  # with replacement characters, all three would be equal
        raw = bad.replace("user-1", f"user-{chr(0xFD + number)}").encode("latin-1")
        yield _between(events, f"between valid events: the byte {0xFD + number:X}", raw, _base64(raw))


def _between(events: EventFactory, what: str, element: bytes, kept: str) -> Case:
    """A message in base64, the only way in which bytes that are not UTF-8 can be sent."""
    names = events.name(), events.name()
    before, after = (json.dumps(events.event(name)).encode() for name in names)
    return Case(what, _base64(b"[%b, %b, %b]" % (before, element, after)), {kept: "unreadable"}, names)


def _with_duplicate_name(event: str) -> str:
    """The event with a duplicate field name."""
    return event.replace('"direction"', '"direction": "in", "direction"')


def not_cloudevents(events: EventFactory) -> Iterator[Case]:
    """JSON, but not a CloudEvents 1.0 event with data."""
    plain: tuple[object, ...] = (42, "hello", True, None, {}, {"account": events.account})
    for value in plain:
        yield Case(f"the value {canonical(value)}", json.dumps(value), {canonical(value): "not_cloudevents"})
    wrapped: tuple[object, ...] = (43, "base64", False, {"base64": None})
    for value in wrapped:
        text = _base64(json.dumps(value).encode())
        yield Case(f"base64 of {canonical(value)}", text, {canonical(value): "not_cloudevents"})
    scalars = [1, "x", [], [[]], 1.5]
    yield Case("an array without events", json.dumps(scalars), {canonical(item): "not_cloudevents" for item in scalars})
    for name in ("type", "source", "id"):
        for value in _INVALID_NAMES:
            yield events.case_without_identity("not_cloudevents", f"{name}: {shown(value)}", around={name: value})
    for value in _INVALID_VERSIONS:
        yield events.case("not_cloudevents", f"specversion: {shown(value)}", around={"specversion": value})
    for value in _INVALID_DATA:
        yield events.case_without_identity("not_cloudevents", f"data: {shown(value)}", around={"data": value})
    for value in _INVALID_DATA_IN_BASE64:
        around = {"data": ABSENT, "data_base64": value}
        yield events.case_without_identity("not_cloudevents", f"data_base64: {shown(value)}", around=around)


def unknown_kinds(events: EventFactory) -> Iterator[Case]:
    """Events of other types."""
    for name in ("credits.usage.call.v2", "credits.usage.call", "Credits.Usage.Call.V1", "com.example.other", "' or 1"):
        yield events.case("unknown_type", name, around={"type": name})
    for name in ("credits.usage.sms.v1", "credits.usage.sms.v9"):
        yield events.case("not_a_call", name, around={"type": name})


def _shown(value: object) -> str:
    return "absent" if value is ABSENT else ascii(value)[:40]


_INVALID_NAMES = (ABSENT, None, "", 7, ["x"])
_INVALID_VERSIONS = (ABSENT, "0.3", 1.0, None, "1.0 ")
_INVALID_DATA: tuple[object, ...] = (ABSENT, None, [], "text", '{"account": "a text, not an object"}')
_INVALID_DATA_IN_BASE64 = ("%%%", "e30", "WzFd", 5)
