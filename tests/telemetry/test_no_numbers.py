"""R27: no log line, span or metric contains a phone number, for any input."""

import base64
import itertools
import json
import logging
from urllib.parse import quote

import azure.functions as func
import pytest

from shared.ports import UnavailableError
from shared.posting.loop import account_loop
from shared.telemetry.redaction import redacted
from tests.functions.requests import functions, triggers
from tests.tenant import call, event, usd

NUMBERS = ("+442079460123", "442079460123", "02079460123", "+4420794601**", "4420794601****", "+44 20 7946 0123")
"""The number with and without the plus, national, masked, and with separators."""

TRACES_OF_ONE = ("2079460", "20 7946", "4420794")


def bodies(number):
    """Usage messages with *number* in every place."""
    good = call("good", called=number, calling=number)
    yield json.dumps(good)
    yield base64.b64encode(json.dumps(good).encode()).decode()
    yield json.dumps([good, call("good", called=number, seconds=90)])  # a conflict
    yield json.dumps(call("named", called="+99912345678", user=number, leg=number))
    yield json.dumps(call(number, seconds=-1, **{number: number}))
    yield json.dumps(event(number, {"account": number, "called": number}, source=number, subject=number))
    yield json.dumps(call("type", called=number) | {"type": number})
    yield json.dumps(call("trace", called=number) | {"traceparent": number})
    yield json.dumps(call("none", account="5f0c1f9e-0000-4000-8000-0000000000ff", called=number))
    yield json.dumps(call("when", startedAt=number, durationSeconds=number))
    yield json.dumps(number)
    yield number
    yield "{" + number


async def deliver(queue, body):
    (reader,) = [name for name, trigger in triggers("queueTrigger").items() if trigger["queueName"] == queue]
    message = func.QueueMessage(id="message-1", body=body.encode())
    await functions()[reader].get_user_function()(message)


def is_clean(recorder):
    said = recorder.everything()
    assert said
    return [trace for trace in TRACES_OF_ONE if trace in said] == []


@pytest.mark.usefixtures("api", "tenant")
@pytest.mark.parametrize("number", NUMBERS)
async def test_telemetry_of_usage_has_no_phone_numbers(recorder, number):
    for body in bodies(number):
        await deliver("usage", body)
        await deliver("usage-poison", body)
    assert len(recorder.spans("commit")) > 0
    assert sum(value for name, value in recorder.metrics().items() if name[0] == "credits.suspended") > 0
    assert is_clean(recorder)


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize("number", NUMBERS)
async def test_telemetry_of_http_requests_has_no_phone_numbers(api, recorder, number):
    headers = {"X-Correlation-Id": number, "Idempotency-Key": number, "traceparent": number}
    for body in ({"rateCard": "default", "called": number, "at": number}, {"called": number}, {number: number}, number):
        await api.request("POST", "rates/lookup", body=body, headers=headers)
    await api.request("POST", f"suspense/{number}/replay", headers=headers)
    await api.request("GET", f"accounts/{number}", headers=headers)
    await api.request("GET", "suspense", headers={**headers, "Authorization": f"Bearer {number}"}, state=number)
    body = {"amount": usd("5"), "reference": number, "kind": number}
    await api.request("POST", "accounts/5f0c1f9e-0000-4000-8000-000000000001/grants", body=body, headers=headers)
    await api.request("GET", "suspense", headers={**headers, "X-Correlation-Id": f"call-{number}.1"})
    assert len(recorder.spans()) == 9
    assert is_clean(recorder)


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize(
    "given", ["5f0c1f9e-0000-4000-8000-000000000001", "4bf92f3577b34da6a3ce929d0e0e4736", "req-2026"]
)
async def test_a_correlation_id_without_a_phone_number_is_kept(api, given):
    answer = await api.request("GET", "suspense", headers={"X-Correlation-Id": given})
    assert answer.headers["X-Correlation-Id"] == given


@pytest.mark.usefixtures("tenant")
@pytest.mark.parametrize("number", NUMBERS)
async def test_telemetry_of_suspense_has_no_phone_numbers(api, recorder, number):
    await deliver("usage", json.dumps(call("odd", called=number, usageLocation="nowhere")))
    items = (await api.request("GET", "suspense")).json["items"]
    assert number in items[0]["message"]  # an operator must see the original message
    await api.request("POST", f"suspense/{items[0]['id']}/replay")
    await api.request("POST", f"suspense/{items[0]['id']}/accept")
    await api.request("POST", f"suspense/{items[0]['id']}/dismiss", body={"reason": f"a test of {number}"})
    assert is_clean(recorder)


@pytest.fixture
def retries_at_once(monkeypatch):
    monkeypatch.setattr(account_loop, "PAUSE_SECONDS", (0, 0, 0))


@pytest.mark.usefixtures("tenant", "retries_at_once")
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("error", [KeyError, UnavailableError, ValueError])
async def test_telemetry_of_errors_has_no_phone_numbers(api, world, recorder, number, error):
    async def broken(_verb, _partition, _what):
        raise error(f"what about {number}?")

    world.ledger.before = broken
    await api.request("GET", "accounts/5f0c1f9e-0000-4000-8000-000000000001")
    with pytest.raises(error):
        await deliver("usage", json.dumps(call("lost", called=number)))
    logging.getLogger("local.host").error("record_usage failed: what about %s?", number)
    assert any("what about" in line for line in recorder.lines)
    assert is_clean(recorder)


@pytest.mark.parametrize(
    ("around", "number"),
    [
        *itertools.product(["{}", "called {}.", '{{"called": "{}"}}', "({})", "'{}'", "called_{}", "tel_{}"], NUMBERS),
        *itertools.product(["tel:{}", "sip:{}@sbc.example", "{{called:{}}}", "{}: no rate"], NUMBERS),
        *itertools.product(["?n={}&at=1", "number/{}", "numbers/{}/rate"], NUMBERS),
        *itertools.product(["?n={}", "/numbers/{}/rate"], map(quote, NUMBERS)),
    ],
)
def test_a_phone_number_in_a_text_is_removed(around, number):
    shown = redacted(around.format(number))
    assert [trace for trace in TRACES_OF_ONE if trace in shown] == []


@pytest.mark.parametrize("around", ["{}", "called {}.", "tel:{}", "{}: no rate", "number/{}", "called_{}"])
@pytest.mark.parametrize(
    "number", ["1-425-555-0101", "425-555-0101", "(425) 555-0101", "14255550101", "%2B14255550101"]
)
def test_a_phone_number_in_north_american_format_is_removed(around, number):
    shown = redacted(around.format(number))
    assert [trace for trace in ("425", "555", "0101") if trace in shown] == []


@pytest.mark.parametrize(
    "text",
    [
        "account 5f0c1f9e-0000-4000-8000-000000000001",
        "2026-03-01T12:00:00.123456Z",
        "the alarm 2026-03-01T12:00:00Z|5f0c1f9e-0000-4000-8000-000000000001",
        "item 20260301120000123456-0123456789abcdef",
        "outbox row a:o:0000000041.0001 waits",
        "o:000000000041.001: no JSON",
        "j:000000000041: the page is not chained",
        "movement 000000000041-003",
        "a:lot:20260301120000123456-0123456789",
        "12345678-1234-4234-8234-123456789012",
        "account/12345678-1234-4234-8234-123456789012: 2 findings",
        "m:012345678901234567890123456789012345678901234567",
        "content 1234567a1234567b1234567",
        "2026-03-01-12, 2026-03-01 12:00",
        "00-01234567890123456789012345678901-0123456789012345-01",
        "page 41, 3000 rows",
        "10.0.0.4:10002",
        "pi_3Q1234567890 and evt_1234567890",
        "pm_1234567890, cus_1234567890: declined",
    ],
)
def test_other_digits_are_kept(text):
    assert redacted(text) == text
