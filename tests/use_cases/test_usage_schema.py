"""The published schema of usage events: it accepts every bookable event and rejects invalid ones."""

import json

import pytest
from jsonschema import Draft202012Validator

from shared.interface.usage_schema import usage_schema
from tests.tenant import call, report

SCHEMA = Draft202012Validator(usage_schema())


def test_the_schema_is_valid():
    Draft202012Validator.check_schema(usage_schema())


@pytest.mark.parametrize(
    "event",
    [
        call(),
        call(called="911", usageLocation="US"),
        call(called="+1425555****"),
        call(calling="+14255550101"),
        call(calling=None),
        call(calling="anonymous"),
        call(service="conference", user=...),
        call(seconds=60.0),
        call(direction="in", leg="b1c2", capability="MCOPSTN1"),
        call(startedAt="2026-03-01T12:50:00+01:00", unheardOf={"of": 1}),
        {**call(), "time": "2026-03-01T12:00:00Z", "subject": "x"},
    ],
    ids=str,
)
async def test_a_bookable_event_matches(world, tenant, event):
    await tenant.grant()
    await report(world, event)
    assert await tenant.reasons() in ([], ["no_rate"], ["masked_number"])  # caused by the rate card, not by the event
    assert [error.message for error in SCHEMA.iter_errors(json.loads(json.dumps(event)))] == []


@pytest.mark.parametrize(
    "event",
    [
        call(direction="up"),
        call(service="fax"),
        call(user=...),
        call(called=...),
        call(account=...),
        call(seconds=-1),
        call(seconds="60"),
        call(startedAt=...),
        call(name=""),
        call(name=...),
        {**call(), "specversion": "0.3"},
        {**call(), "type": "credits.usage.sms.v1"},
        {**call(), "data": None},
    ],
    ids=str,
)
async def test_an_event_with_an_invalid_form_does_not_match(world, tenant, event):
    await report(world, event)
    assert await tenant.booked() == []
    assert list(SCHEMA.iter_errors(json.loads(json.dumps(event)))) != []
