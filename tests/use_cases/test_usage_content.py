"""The content by which deliveries of an event are compared, also across releases (CONTRACT 1)."""

import json

import pytest

from shared.posting.decision import event
from shared.use_cases.usage import content, record_items
from shared.use_cases.usage.envelope import Named
from shared.use_cases.usage.reason import Reason, Unbookable
from tests.tenant import call, report

FIELDS = ("user", "direction", "service", "calling", "called")


def content_of_0_1_0(data, started_at):
    """The text that 0.1.0 hashed."""
    facts = [data["account"], *(data.get(name) for name in FIELDS), started_at, data.get("durationSeconds")]
    return json.dumps([*facts, data.get("leg")], sort_keys=True, separators=(",", ":"))


@pytest.fixture
def by_0_1_0(monkeypatch):
    """Write markers as 0.1.0 did, until the patch is undone."""

    def old(account, data):
        as_written = content_of_0_1_0({**data, "account": account}, content._instant_by_0_1_0(data["startedAt"]))
        return content.Content(as_written, "")

    def conflict(named, *suffix):
        return (named.renamed("".join((f"!{named.event.content}", *suffix))),) * 2

    monkeypatch.setattr("shared.use_cases.usage.envelope.content_of", old)
    monkeypatch.setattr(Named, "conflicts", conflict)
    return monkeypatch


@pytest.mark.parametrize(
    ("facts", "instant"),
    [
        ({}, "2026-03-01T11:50:00Z"),
        ({"leg": "leg-1", "calling": "+14255550101"}, "2026-03-01T11:50:00Z"),
        ({"startedAt": "2026-03-01T12:50:00.5+01:00"}, "2026-03-01T11:50:00.500000Z"),
        ({"durationSeconds": 60.0, "calling": "anonymous"}, "2026-03-01T11:50:00Z"),
        ({"startedAt": "2026-03-01T11:50:00+05:99"}, "2026-03-01T05:11:00Z"),  # five hours and 99 minutes
        ({"startedAt": "2026-02-28T23:59:60Z"}, "2026-02-28T23:59:60Z"),  # it was not a valid time
        ({"startedAt": "9999-12-31T23:59:59-14:00"}, "9999-12-31T23:59:59-14:00"),
        ({"startedAt": "2026-03-01T11:50:00"}, "2026-03-01T11:50:00"),
        ({"startedAt": 5}, 5),
    ],
)
def test_the_content_form_of_0_1_0_is_recognised(facts, instant):
    data = call(**facts)["data"]
    said = content.content_of(data["account"], data)
    assert content_of_0_1_0(data, instant) in (said.text, *said.older)


@pytest.mark.parametrize("facts", [{}, {"capability": "MCOPSTN1", "usageLocation": "GB"}])
async def test_a_new_marker_is_recognised_by_0_1_0_while_both_versions_run(world, tenant, facts):
    await report(world, call(**facts), call(**facts, seconds=61))
    marks = [row.values for key, row in world.ledger.partitions[tenant.account].items() if key.startswith("m:")]
    for seconds, kind in ((60, "booked"), (61, "conflict")):
        old = event(content=content_of_0_1_0(call(seconds=seconds)["data"], "2026-03-01T11:50:00Z")).content
        assert [mark["kind"] for mark in marks if mark["content"] == old] == [kind]


@pytest.mark.parametrize("further", [{"capability": "MCOPSTN1"}, {"usageLocation": "GB"}])
async def test_a_current_marker_records_absent_new_fields(world, tenant, further):
    await report(world, call(), call(**further))
    assert await tenant.reasons() == ["conflict"]
    await report(world, call("other", **further), call("other"))
    assert await tenant.reasons() == ["conflict"] * 2
    await report(world, call(), call(**further), call("other", **further), call("other"))
    assert await tenant.reasons() == ["conflict"] * 2
    assert await world.audit() == []


async def test_conflicts_that_differ_only_in_fields_added_in_1_1_are_stored_once_each(world, tenant):
    altered = [call(capability="MCOPSTN1"), call(capability="MCOPSTN2"), call(usageLocation="GB"), call(seconds=61)]
    altered += [call(seconds=61, capability="MCOPSTN1")]
    await report(world, call(), *altered, [*altered, call()], *reversed(altered))
    assert await tenant.reasons() == ["conflict"] * 5
    for item in await tenant.suspended():
        assert (await tenant.accept(item["id"]))["state"] == "accepted"
    assert len(await tenant.booked("correction")) == 5
    assert await world.audit() == []


@pytest.mark.parametrize(
    "altered",
    [
        {},
        {"capability": "MCOPSTN1", "usageLocation": "GB"},
        {"durationSeconds": 60.0},
        {"calling": "anonymous"},
        {"startedAt": "2026-03-01T12:50:00+01:00"},
    ],
)
async def test_a_marker_of_0_1_0_is_compared_without_capability_and_location(world, tenant, by_0_1_0, altered):
    await report(world, call())
    by_0_1_0.undo()
    await report(world, call(**altered), [call(**altered), call("new")])
    assert await tenant.booked("debit") == [("debit", "-0.02")] * 2
    assert await tenant.suspended() == []
    assert await world.audit() == []


async def test_a_marker_of_0_1_0_still_detects_other_content(world, tenant, by_0_1_0):
    await report(world, call())
    by_0_1_0.undo()
    await report(world, call(seconds=61), call(called="+442079460124"))
    assert await tenant.reasons() == ["conflict"] * 2
    assert await world.audit() == []


@pytest.mark.parametrize("facts", [{"durationSeconds": 60.5}, {"called": "+44"}, {"startedAt": "2026-02-30T00:00:00Z"}])
async def test_a_repeated_event_that_0_1_0_suspended_is_the_same_item(world, tenant, by_0_1_0, facts):
    await report(world, call(**facts))
    by_0_1_0.undo()
    await report(world, call(**facts))
    assert await tenant.reasons() == ["invalid_field"]


async def test_an_event_that_0_1_0_suspended_is_booked_only_by_a_replay(world, tenant, by_0_1_0):
    """In 0.1.0 a caller that is not a number was an invalid field, and so was 60.0."""
    refused = Unbookable(Reason.INVALID_FIELD, "calling: no number")
    by_0_1_0.setattr(record_items, "read_call", lambda _data, _country: refused)
    anonymous = call(calling="anonymous", seconds=60.0)
    await report(world, anonymous)
    by_0_1_0.undo()
    await report(world, anonymous)
    (item,) = await tenant.suspended()
    assert (await tenant.replay(item["id"]))["state"] == "replayed"
    await report(world, anonymous)
    assert await tenant.booked("debit") == [("debit", "-0.02")]
    assert await tenant.suspended() == []
    assert await world.audit() == []


@pytest.mark.parametrize("seconds", [600, 600.0])
async def test_a_repeated_conflict_that_0_1_0_stored_is_the_same_item(world, tenant, by_0_1_0, seconds):
    altered = call(seconds=seconds)
    await report(world, call(), altered)
    by_0_1_0.undo()
    await report(world, altered, {**altered, "data": {**altered["data"], "capability": "MCOPSTN1"}})
    assert await tenant.reasons() == ["conflict"]
    (item,) = await tenant.suspended()
    assert (await tenant.accept(item["id"]))["state"] == "accepted"
    assert await tenant.booked() == [("debit", "-0.02"), ("correction", "-0.18")]
    assert await world.audit() == []


async def test_a_conflict_that_0_1_0_accepted_is_not_corrected_twice(world, tenant, by_0_1_0):
    await report(world, call(), call(seconds=600))
    (item,) = await tenant.suspended()
    before = dict(world.suspense.partitions["items"])
    await tenant.accept(item["id"])
    world.suspense.partitions["items"] = before  # interrupted before it was recorded
    by_0_1_0.undo()
    assert (await tenant.accept(item["id"]))["state"] == "accepted"
    assert await tenant.booked("correction") == [("correction", "-0.18")]
    assert await world.audit() == []


async def test_an_event_that_0_1_0_replayed_is_not_booked_again(world, by_0_1_0, tenant):
    await report(world, call(called="+861012345678"))
    (item,) = await tenant.suspended()
    await world.publish(
        b"prefix,name,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds\n86,China,,CN,1,0,60,60\n"
    )
    before = dict(world.suspense.partitions["items"])
    await tenant.replay(item["id"])
    world.suspense.partitions["items"] = before
    by_0_1_0.undo()
    assert (await tenant.replay(item["id"]))["state"] == "replayed"
    await report(world, call(called="+861012345678"))
    assert await tenant.booked() == [("debit", "-1")]
    assert await world.audit() == []
