"""Booking calls from every form of message, once and at their price (CONTRACT 1, R7, R10, R12)."""

import base64
import json

import pytest

from shared.ports import UnavailableError
from tests.tenant import BOSTON, LEEDS, LONDON, OTHER, Tenant, call, event, plain, report


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda text: text.encode(), id="plain"),
        pytest.param(lambda text: base64.b64encode(text.encode()), id="base64"),
        pytest.param(lambda text: base64.b64encode(text.encode()) + b"\n", id="base64 with a line's end"),
        pytest.param(lambda text: b"\xef\xbb\xbf" + text.encode(), id="with a byte order mark"),
        pytest.param(lambda text: json.dumps(json.loads(text), indent=2).encode(), id="indented"),
        pytest.param(lambda text: json.dumps([json.loads(text)]).encode(), id="a batch of one"),
        pytest.param(lambda text: base64.b64encode(f"[{text}]".encode()), id="a batch of one in base64"),
    ],
)
async def test_a_call_is_booked_from_every_form_of_message(world, tenant, written):
    await tenant.grant("100")
    await report(world, written(json.dumps(call(seconds=130, user="müller"))))
    assert await tenant.booked("debit") == [("debit", "-0.06")]
    assert await tenant.balance() == "99.94"
    assert await tenant.suspended() == []


async def test_the_data_of_an_event_may_be_base64(world, tenant):
    data = base64.b64encode(json.dumps(call()["data"]).encode()).decode()
    await report(world, event("call-1", ..., data_base64=data, datacontenttype="application/json"))
    assert await tenant.booked("debit") == [("debit", "-0.02")]


@pytest.mark.parametrize(
    "attributes",
    [
        {"time": "yesterday"},
        {"time": {"at": [1]}},
        {"datacontenttype": 7},
        {"dataschema": [], "subject": None},
        {"traceparent": {"a": 1}},
        {"traceparent": "00-\ud800"},
        {"dequeueCount": "many", "expirationTime": {}},
        {"data_base64": "!"},  # in addition to data, which takes precedence
    ],
)
async def test_irrelevant_attributes_of_the_envelope_do_not_prevent_a_booking(world, tenant, attributes):
    await report(world, {**call("alone"), **attributes}, [{**call("in a batch"), **attributes}, call("beside it")])
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 3
    assert await tenant.suspended() == []


async def test_a_batch_may_contain_calls_of_several_accounts(world, tenant):
    other = Tenant(world, OTHER)
    await other.open()
    await report(world, [call("a"), call("b", account=OTHER), call("c"), call("d", account=OTHER.upper())])
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 2
    assert await other.booked("debit") == [("debit", "-0.02")] * 2


async def test_a_large_batch_is_booked_completely(world, tenant):
    await tenant.grant("100")
    await report(world, [call(f"call-{number}") for number in range(150)])
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 150
    assert await tenant.balance() == "97"


@pytest.mark.parametrize(
    ("facts", "amount", "billed"),
    [
        ({"durationSeconds": 1}, "-0.02", 60),  # the minimum
        ({"durationSeconds": 60}, "-0.02", 60),
        ({"durationSeconds": 61}, "-0.04", 120),  # by the minute
        ({"durationSeconds": 86_400}, "-28.8", 86_400),  # the longest call that is booked
        ({"called": LEEDS}, "-0.01", 60),  # a shorter prefix
        ({"called": BOSTON, "durationSeconds": 1}, "-0.108333", 1),  # a fee, by the second, one rounding
        ({"called": BOSTON, "durationSeconds": 0}, "0", 0),  # unanswered: no fee either
        ({"called": "+4420794601**", "durationSeconds": 60}, "-0.02", 60),  # the hidden digits do not matter
        ({"service": "conference", "user": ...}, "-0.02", 60),
    ],
)
async def test_a_call_costs_what_the_published_rates_say(world, tenant, facts, amount, billed):
    await report(world, call(**facts))
    (booked,) = await tenant.movements(kind="debit")
    assert plain(booked["amount"]) == amount
    assert booked["explanation"]["billedSeconds"] == billed


@pytest.mark.parametrize(
    "facts",
    [
        {"direction": "in", "called": "+18005550100", "service": "autoAttendant", "user": ...},
        {"direction": "in", "called": LONDON},
        {"called": "911"},  # in the account's country
        {"called": "+1911"},  # the same as some soft phones send it
        {"called": "112", "usageLocation": "DE"},
        {"durationSeconds": 0},
    ],
)
async def test_a_free_call_is_a_debit_of_zero(world, tenant, facts):
    await tenant.grant("100")
    await report(world, call(**facts))
    (booked,) = await tenant.movements(kind="debit")
    assert (plain(booked["amount"]), booked["lots"]) == ("0", [])
    assert booked["explanation"]["freeSeconds"] == facts.get("durationSeconds", 60)
    assert (booked["event"], booked["explanation"]["billedSeconds"]) == (
        {"source": "urn:example:sbc-1", "id": "call-1"},
        0,
    )


async def test_a_short_number_is_an_emergency_number_only_at_the_callers_location(world, tenant):
    await report(world, call("at home", called="110"), call("in Berlin", called="110", usageLocation="DE"))
    assert await tenant.booked("debit") == [("debit", "0")]
    assert await tenant.reasons() == ["no_rate"]


async def test_the_explanation_of_a_call_has_card_prefix_rate_fee_and_seconds(world, tenant):
    await report(world, call(called=BOSTON, seconds=90))
    (booked,) = await tenant.movements(kind="debit")
    assert booked["explanation"] == {
        "card": "default",
        "prefix": "1",
        "destination": "North America",
        "perMinute": {"amount": "0.500000", "currency": "USD"},
        "connectionFee": {"amount": "0.100000", "currency": "USD"},
        "seconds": 90,
        "billedSeconds": 90,
        "freeSeconds": 0,
        "callKind": "domestic",
    }
    assert (booked["user"], booked["startedAt"]) == ("ann", "2026-03-01T11:50:00Z")


async def test_the_card_in_force_at_the_start_of_the_call_prices_it(world, tenant):
    dearer = b"prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n44,UK,,GB,1,0,60,60\n"
    await world.publish(dearer, valid_from=world.clock.time)
    world.clock.forward(days=1)
    await report(world, call("before", startedAt="2026-03-01T11:59:59Z"))
    await report(world, call("from then on", startedAt="2026-03-01T12:00:00Z"))
    assert await tenant.booked("debit") == [("debit", "-0.02"), ("debit", "-1")]


async def test_a_call_beyond_the_balance_is_booked_in_full_and_the_rest_is_overdraft(world, tenant):
    await tenant.grant("0.5")
    await report(world, call(called=BOSTON, seconds=60))
    numbers = await tenant.amounts()
    assert (numbers["balance"], numbers["overdraft"], numbers["spendable"]) == ("0", "0.1", "0")
    (booked,) = await tenant.movements(kind="debit")
    assert (plain(booked["amount"]), plain(booked["overdraft"])) == ("-0.6", "0.1")
    assert [plain(part["amount"]) for part in booked["lots"]] == ["-0.5"]


@pytest.mark.usefixtures("tenant")
async def test_no_complete_phone_number_is_in_the_ledger(world):
    await report(world, call(calling="+14255550101"), call("hidden", called="+4420794*****"))
    await world.tick(minutes=1)
    stored = str(world.ledger.partitions)
    assert "2079460123" not in stored
    assert "4255550101" not in stored


async def test_a_call_that_cannot_be_priced_during_an_outage_is_not_acknowledged(world, tenant):
    world.rates.down = True
    with pytest.raises(UnavailableError):
        await report(world, [call("a"), call("free", durationSeconds=0, called="911")])
    assert await tenant.booked("debit") == [("debit", "0")]  # the valid event is booked
    world.rates.down = False
    await report(world, [call("a"), call("free", durationSeconds=0, called="911")])
    assert sorted(await tenant.booked("debit")) == [("debit", "-0.02"), ("debit", "0")]
    assert await tenant.suspended() == []
