"""Texts that are no JSON at all, or JSON that is no event."""

import json
from base64 import b64encode
from collections.abc import Iterator

from tests.proofs.prove.bad_input.cases import ABSENT, Case, Maker, canonical, shown

DEEP = 30_000
"""Brackets inside one another, with their ends just below 64 KiB."""


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def unreadable(maker: Maker) -> Iterator[Case]:
    """Neither JSON nor base64 of JSON: kept as it came."""
    good = json.dumps(maker.event("never-read"))
    for what, text in {
        "a word": "hello",
        "percent signs": "%%%",
        "half an event": good[: len(good) // 2],
        "half an event in base64": _base64(good.encode())[:-21],
        "base64 of bytes that are no text": _base64(bytes(range(128, 256))),
        "base64 of an event with a byte that is no UTF-8": _base64(
            good.replace("user-1", "user-\xff").encode("latin-1")
        ),
        "base64 of base64": _base64(_base64(good.encode()).encode()),
        "base64 of UTF-16": _base64(good.encode("utf-16")),
        "NaN": good.replace("60", "NaN"),
        "minus infinity": good.replace("60", "-Infinity"),
        "single quotes": good.replace('"', "'"),
        "a comma too many": good[:-1] + ",}",
        "two events, no array": good + good,
        "XML": "<usage><call/></usage>",
        "markup that ends a message": "</MessageText></QueueMessage>",
        "30,000 arrays in one another": "[" * DEEP + "]" * DEEP,
        "a whole number of 5,000 digits": good.replace("60", "9" * 5000),
        "a name twice": _twice(good),
        "a name twice in an array of one": f"[{_twice(good)}]",
        "a name twice in base64": _base64(_twice(good).encode()),
        "an array without an end": f"[{good}, {good}",
        "an array with an element missing": f"[{good}, , {good}]",
        "an array with a comma at its end": f"[{good},]",
        "more behind an array": f"[{good}]]",
        "64 KiB of one e-mail": "A" * 65_000,
    }.items():
        yield Case(what, text, {text: "unreadable"})


def refused_elements(maker: Maker) -> Iterator[Case]:
    """Elements that the parser refuses, each between two good events, which are booked."""
    bad = json.dumps(maker.event("never-read", {"more": 1}))
    for what, element in {
        "a whole number of 5,000 digits": bad.replace('"more": 1', f'"more": {"9" * 5000}'),
        "a name twice": _twice(bad),
        "a name twice in a field nobody knows": bad.replace('"more": 1', '"more": {"a": 1, "a": 2}'),
        "NaN": bad.replace('"more": 1', '"more": NaN'),
        "a control character": bad.replace("user-1", "user-\u0001"),
        "a comma too many": bad[:-1] + ",}",
        "10,000 arrays in one another": bad.replace('"more": 1', f'"more": {"[" * 10_000}{"]" * 10_000}'),
        "a word": "never",
    }.items():
        yield _between(maker, f"between good events: {what}", element.encode(), element)
    for number in range(3):  # three different ones, which would be one if they were decoded with replacement
        raw = bad.replace("user-1", f"user-{chr(0xFD + number)}").encode("latin-1")
        yield _between(maker, f"between good events: the byte {0xFD + number:X}", raw, _base64(raw))


def _between(maker: Maker, what: str, element: bytes, kept: str) -> Case:
    """In base64, as bytes that are no UTF-8 can only come."""
    names = maker.name(), maker.name()
    before, after = (json.dumps(maker.event(name)).encode() for name in names)
    return Case(what, _base64(b"[%b, %b, %b]" % (before, element, after)), {kept: "unreadable"}, names)


def _twice(event: str) -> str:
    """The same with a name twice."""
    return event.replace('"direction"', '"direction": "in", "direction"')


def not_cloudevents(maker: Maker) -> Iterator[Case]:
    """JSON, but no CloudEvents 1.0 event with data."""
    plain: tuple[object, ...] = (42, "hello", True, None, {}, {"account": maker.account})
    for value in plain:
        yield Case(f"the value {canonical(value)}", json.dumps(value), {canonical(value): "not_cloudevents"})
    wrapped: tuple[object, ...] = (43, "base64", False, {"base64": None})
    for value in wrapped:
        text = _base64(json.dumps(value).encode())
        yield Case(f"base64 of {canonical(value)}", text, {canonical(value): "not_cloudevents"})
    scalars = [1, "x", [], [[]], 1.5]
    yield Case("an array of no events", json.dumps(scalars), {canonical(item): "not_cloudevents" for item in scalars})
    for name in ("type", "source", "id"):
        for value in _NO_NAMES:
            yield maker.nameless("not_cloudevents", f"{name}: {shown(value)}", around={name: value})
    for value in _NO_VERSIONS:
        yield maker.case("not_cloudevents", f"specversion: {shown(value)}", around={"specversion": value})
    for value in _NO_DATA:
        yield maker.nameless("not_cloudevents", f"data: {shown(value)}", around={"data": value})
    for value in _NO_DATA_IN_BASE64:
        around = {"data": ABSENT, "data_base64": value}
        yield maker.nameless("not_cloudevents", f"data_base64: {shown(value)}", around=around)


def unknown_kinds(maker: Maker) -> Iterator[Case]:
    """Events of other types."""
    for name in ("credits.usage.call.v2", "credits.usage.call", "Credits.Usage.Call.V1", "com.example.other", "' or 1"):
        yield maker.case("unknown_type", name, around={"type": name})
    for name in ("credits.usage.sms.v1", "credits.usage.sms.v9"):
        yield maker.case("not_a_call", name, around={"type": name})


def _shown(value: object) -> str:
    return "absent" if value is ABSENT else ascii(value)[:40]


_NO_NAMES = (ABSENT, None, "", 7, ["x"])
_NO_VERSIONS = (ABSENT, "0.3", 1.0, None, "1.0 ")
_NO_DATA: tuple[object, ...] = (ABSENT, None, [], "text", '{"account": "a text, not an object"}')
_NO_DATA_IN_BASE64 = ("%%%", "e30", "WzFd", 5)
