"""Usage that cannot be booked is suspended with its reason, and does not affect other events (R24)."""

import base64
import json

import pytest

from tests.tenant import call, event, report

CHINESE_NAME = "電" * 257
FAR_AWAY = {"account": "5f0c1f9e-0000-4000-8000-00000000dead"}


def deep(levels):
    return json.loads('{"a":' * levels + "1" + "}" * levels)


def without(field):
    return call(**{field: ...})


UNREADABLE = [
    b"",
    b"   ",
    b"not JSON",
    b"{",
    b'{"specversion": "1.0"',
    b"\xff\xfe\x00",
    json.dumps(call()).replace("60", "NaN").encode(),
    json.dumps(call()).replace("60", "-Infinity").encode(),
    b"[" * 60_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    json.dumps(call()).replace("60", "6" * 5_000).encode(),
    json.dumps(call()).replace('"user"', '"direction": "in", "user"', 1).encode(),  # a duplicate name
    json.dumps([call()]).replace('"id"', '"id": "other", "id"').encode(),
    json.dumps(call()).encode("utf-16"),
    json.dumps(call(user="m\u00fcller"), ensure_ascii=False).encode("latin-1"),
    json.dumps([call("a"), call("b")]).encode()[:-1],  # an unterminated array
    json.dumps([call("a"), call("b")]).encode()[:-9],
    b"[" + json.dumps(call()).encode() + b",]",
    b"[" + json.dumps(call()).encode() + b"}",
    b"[" + json.dumps(call()).encode() + b"] more",
    base64.b64encode(b"not JSON either"),
    base64.b64encode(base64.b64encode(json.dumps(call()).encode())),
    base64.b64encode(json.dumps(call()).encode())[:-2],
]

NOT_CLOUDEVENTS = [
    7,
    "text",
    True,
    None,
    [[]],
    [[call()]],
    {},
    event("x", call()["data"], specversion=...),
    event("x", call()["data"], specversion="0.3"),
    event("x", call()["data"], specversion=1.0),
    event("x", call()["data"], type=...),
    event("x", call()["data"], type=7),
    event("x", call()["data"], source=""),
    event("x", call()["data"], source={"urn": "x"}),
    event(..., call()["data"]),
    event(7, call()["data"]),
    event("x", ...),
    event("x", None),
    event("x", []),
    event("x", "text"),
    event("x", ..., data_base64="!"),
    event("x", ..., data_base64=base64.b64encode(b"[]").decode()),
    event("x", {**call()["data"], "more": deep(900)}),
    event("x", ..., data_base64=base64.b64encode(json.dumps({**call()["data"], "user": deep(900)}).encode()).decode()),
]

UNKNOWN_TYPE = [
    event("x", call()["data"], type="credits.usage.call.v2"),
    event("x", call()["data"], type="Credits.Usage.Call.V1"),
    event("x", {}, type="com.example.other"),
]

NOT_A_CALL = [
    event("x", call()["data"], type="credits.usage.sms.v1"),
    event("x", {**call()["data"], "durationSeconds": 0}, type="credits.usage.sms.v2"),
]

INVALID_FIELD = [
    (without("account"), "account"),
    (call(account="contoso"), "account"),
    (call(account=7), "account"),
    (call(account=None), "account"),
    (without("direction"), "direction"),
    (call(direction="OUT"), "direction"),
    (without("service"), "service"),
    (call(service="fax"), "service"),
    (without("user"), "user"),
    (call(user=None), "user"),
    (call(user=""), "user"),
    (call(user="u" * 257), "user"),
    (without("called"), "called"),
    (call(called="442079460123"), "called"),
    (call(called="+123456"), "called"),  # six digits
    (call(called="+1234567890123456"), "called"),  # sixteen
    (call(called="1"), "called"),
    (call(called="+44 20 7946"), "called"),
    (call(called="+4420***460"), "called"),  # masked, but not at the end
    (call(called="+44\u0968\u0966\u096d\u096f\u096a\u096c"), "called"),  # digits of another script
    (call(called="sip:ann@example.com"), "called"),
    (call(called="+911", usageLocation="GB"), "called"),  # no emergency number there
    (call(called="+110"), "called"),  # nor this one in the account's country
    (call(called="+611"), "called"),
    (without("startedAt"), "startedAt"),
    (call(startedAt="2026-03-01T11:50:00"), "startedAt"),  # no offset
    (call(startedAt="2026-02-29T11:50:00Z"), "startedAt"),
    (call(startedAt="yesterday"), "startedAt"),
    (call(startedAt="2026-03-01T11:50:00+05:99"), "startedAt"),
    (call(startedAt="2026-02-28T12:00:60Z"), "startedAt"),  # a leap second at noon
    (call(startedAt=1_772_366_400), "startedAt"),
    (call(startedAt="0001-01-01T00:00:00+14:00"), "startedAt"),  # before year 1
    (call(startedAt="9999-12-31T23:59:59-14:00"), "startedAt"),  # after year 9999
    (without("durationSeconds"), "durationSeconds"),
    (call(durationSeconds=-1), "durationSeconds"),
    (call(durationSeconds=1.5), "durationSeconds"),
    (json.dumps(call()).replace(": 60", ": 1e999").encode(), "durationSeconds"),
    (call(durationSeconds="60"), "durationSeconds"),
    (call(durationSeconds=True), "durationSeconds"),
    (call(durationSeconds=None), "durationSeconds"),
    *((call(usageLocation=code), "usageLocation") for code in ("USA", "XX", "us", "EU")),
    (call(capability=7), "capability"),
    (call(leg=""), "leg"),
    (event("x" * 257, call()["data"]), "id"),
    (event("x" * 40_000, call()["data"]), "id"),
    (event("x", call()["data"], source="s" * 257), "source"),
    (event("x", call()["data"], source=CHINESE_NAME * 60), "source"),
]

OTHERS = [
    *(("too_long", call(seconds=seconds)) for seconds in (86_401, 2**31, 10**30, 1e300)),
    ("in_the_future", call(startedAt="2026-03-01T12:05:00.000001Z")),
    ("before_account", call(startedAt="2025-11-29T11:59:59.999999Z")),
    ("unknown_account", call(**FAR_AWAY)),
    ("no_rate", call(called="+861012345678")),
    ("no_rate", call(called="611")),  # a short number that is none of emergency
    ("masked_number", call(called="+4420*******")),  # may be London, may be not
    ("conflict", [call(), call(seconds=61)]),
]

ROWS = [
    *(("unreadable", message) for message in UNREADABLE),
    *(("not_cloudevents", message) for message in NOT_CLOUDEVENTS),
    *(("unknown_type", message) for message in UNKNOWN_TYPE),
    *(("not_a_call", message) for message in NOT_A_CALL),
    *(("invalid_field", message) for message, _ in INVALID_FIELD),
    *OTHERS,
]


@pytest.mark.parametrize(("reason", "message"), ROWS)
@pytest.mark.usefixtures("tenant")
async def test_usage_that_cannot_be_booked_is_suspended_with_its_reason(world, tenant, reason, message):
    await report(world, message)
    (item,) = await tenant.suspended()
    assert item["reason"] == reason
    assert " " in item["detail"]  # words, for the operator
    assert await world.audit() == []


@pytest.mark.parametrize(("message", "field"), INVALID_FIELD)
async def test_the_invalid_field_is_named_without_its_value(world, tenant, message, field):
    await report(world, message)
    (item,) = await tenant.suspended()
    assert item["detail"].startswith(f"{field}: ")
    assert len(item["detail"]) < 120


@pytest.mark.parametrize(
    "facts",
    [
        {"durationSeconds": 86_400},
        {"startedAt": "2026-03-01T12:05:00Z"},
        {"startedAt": "2025-11-29T12:00:00Z"},  # 92 days before the account was opened
        {"startedAt": "2025-11-29t07:00:00-05:00"},
        {"called": "+1234567"},  # seven digits
        {"called": "+123456789012345"},  # fifteen
        {"called": "+442079*****"},  # London with any hidden digits
        {"calling": None},
        {"calling": "anonymous"},
        {"calling": ""},
        {"calling": deep(10)},
        {"calling": 4_420},
        {"durationSeconds": 60.0},
        {"startedAt": "2026-02-28T23:59:60Z"},
        {"startedAt": "2026-03-01T08:59:60+09:00"},
        {"called": "+911"},
        {"called": "+112", "usageLocation": "DE"},
        {"calling": "+1425555****"},
        {"user": "電" * 256},
        {"service": "callQueue", "user": None},
        {"more": deep(20)},
        {"usageLocation": None, "capability": None, "leg": None},
    ],
)
async def test_a_call_at_every_limit_is_booked(world, tenant, facts):
    await report(world, call(**facts))
    assert len(await tenant.booked("debit")) == 1
    assert await tenant.suspended() == []


async def test_the_valid_calls_of_a_batch_are_booked_with_any_other_elements(world, tenant):
    junk = [message for _, message in ROWS if isinstance(message, dict | int | str)]
    named = [
        {**each, "id": f"junk {number}"} if isinstance(each, dict) and each.get("id") in {"call-1", "x"} else each
        for number, each in enumerate(junk)
    ]
    await report(world, [call("first"), *named, call("last")])
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 2
    assert set(await tenant.reasons()) >= {reason for reason, _ in ROWS} - {"unreadable", "conflict"}
    assert await world.audit() == []


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("not_cloudevents", event("x", {"account": "no"}, specversion="0.3", type="credits.usage.sms.v1")),
        ("unknown_type", event("x", {"account": "no"}, type="other")),
        ("invalid_field", call(account="no", direction="up")),
        ("invalid_field", call(direction="up", durationSeconds=99_999, startedAt="2036-01-01T00:00:00Z")),
        ("too_long", call(durationSeconds=99_999, startedAt="2036-01-01T00:00:00Z", called="+861012345678")),
        ("in_the_future", call(startedAt="2036-01-01T00:00:00Z", called="+861012345678")),
        ("before_account", call(startedAt="2006-01-01T00:00:00Z", called="+861012345678")),
        ("unknown_account", call(**FAR_AWAY, direction="up")),  # nothing is validated before the account is known
    ],
)
async def test_of_several_reasons_the_first_is_reported(world, tenant, reason, message):
    await report(world, message)
    assert await tenant.reasons() == [reason]


async def test_an_event_of_another_version_has_that_reason(world, tenant):
    await report(world, event("x", call()["data"], specversion="0.3"))
    assert [item["detail"] for item in await tenant.suspended()] == ["specversion is not 1.0"]
