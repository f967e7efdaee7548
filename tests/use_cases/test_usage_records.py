"""Records of other formats on the queue become the calls in them (CONTRACT 6)."""

import json

import pytest

from shared.use_cases.usage.source_profile import SourceProfile
from tests.fakes.world import ACCOUNT, World
from tests.tenant import LONDON, OTHER, Tenant, event, report

STARTED = 1772365800  # 2026-03-01T11:50:00Z


def records(*rows, form="chime-cdr", **data):
    facts = {"format": form, "account": ACCOUNT, "records": list(rows), **data}
    return event("r-1", {k: v for k, v in facts.items() if v is not ...}, type="credits.usage.records.v1")


def chime(name="t-1", **fields):
    facts = {"TransactionId": name, "CallId": "c", "VoiceConnectorId": "vc-1", "AwsAccountId": "1", "Streaming": True}
    facts |= {"BillableDurationSeconds": 60, "SourcePhoneNumber": "+12065550100", "DestinationPhoneNumber": LONDON}
    return {**facts, "Direction": "Outbound", "StartTimeEpochSeconds": STARTED, **fields}


def pstn(name="p-1", **fields):
    facts = {"id": name, "callId": "shared", "userId": "ANN", "callType": "user_out", "duration": 60}
    facts |= {"callerNumber": "+14255550100", "calleeNumber": LONDON, "startDateTime": "2026-03-01T11:50:00.2589935Z"}
    return {**facts, "licenseCapability": "MCOPSTN1", "usageCountryCode": "US", "charge": 0.0, **fields}


async def test_a_batch_is_booked_once_and_again_with_more_fields_nothing_happens(tenant):
    await report(tenant.world, records(chime("t-1"), chime("t-2")))
    await report(tenant.world, records(chime("t-2", Region="us-east-1"), chime("t-3")))
    movements = await tenant.movements(kind="debit")
    assert [each["event"]["id"] for each in movements] == ["t-1", "t-2", "t-3"]
    assert {each["event"]["source"] for each in movements} == {"urn:credits:chime-cdr:vc-1"}
    assert await tenant.suspended() == []


async def test_graph_rows_are_booked_by_row_and_not_by_call(tenant):
    await report(tenant.world, records(pstn("p-1"), pstn("p-2"), form="graph-pstn"))
    assert [each["event"]["id"] for each in await tenant.movements(kind="debit")] == ["p-1", "p-2"]


async def test_direct_routing_is_not_booked_unless_its_profile_says_so(tenant):
    row = {**pstn("d-1"), "callType": "ByotOut", "successfulCall": True, "duration": 900}
    row["endDateTime"] = "2026-03-01T11:51:00.1Z"
    batch = records(row, form="graph-direct-routing")
    await report(tenant.world, batch)
    assert await tenant.movements(kind="debit") == []
    await save_profile(tenant.world, format="graph-direct-routing", ownCarrier="charge")
    batch["data"]["profile"] = "p"
    await report(tenant.world, batch)
    (movement,) = await tenant.movements(kind="debit")
    assert movement["explanation"]["billedSeconds"] == 60


async def save_profile(world, **fields):
    await world.services.imports.put_profile("p", SourceProfile(**fields).model_dump_json())


async def test_a_streaming_record_costs_nothing_and_does_not_bar_its_call(tenant):
    await report(tenant.world, records(chime("t-1", UsageType="USE1-VC-kinesis-audio-streaming")))
    assert await tenant.movements(kind="debit") == []
    await report(tenant.world, records(chime("t-1")))
    assert len(await tenant.movements(kind="debit")) == 1
    assert await tenant.suspended() == []


REFUSED = [
    (chime(Direction="Sideways"), "invalid_field", "record 1: Direction: Inbound or Outbound"),
    (chime(TransactionId=None), "invalid_field", "record 1: TransactionId: required"),
    (chime(BillableDurationSeconds="six"), "invalid_field", "record 1: BillableDurationSeconds: whole seconds"),
    (chime(StartTimeEpochSeconds=0), "invalid_field", "record 1: StartTimeEpochSeconds: required"),
    (7, "not_a_call", "record 1: a record is a JSON object"),
    (chime(DestinationPhoneNumber="client:anna"), "invalid_field", "called:"),
]


@pytest.mark.parametrize(("row", "reason", "detail"), REFUSED)
async def test_a_record_that_gives_no_call_waits_in_suspense_beside_booked_ones(tenant, row, reason, detail):
    await report(tenant.world, records(row, chime("good")))
    assert [each["event"]["id"] for each in await tenant.movements(kind="debit")] == ["good"]
    (item,) = await tenant.suspended()
    assert item["reason"] == reason
    assert item["detail"].startswith(detail)


REFUSED_BATCHES = [
    ({"form": "no-format"}, "format: one of"),
    ({"records": "text"}, "records: "),
    ({"records": ...}, "records: "),
    ({"account": "me"}, "account: "),
    ({"profile": "missing"}, "profile: there is no such profile"),
]


@pytest.mark.parametrize(("fields", "detail"), REFUSED_BATCHES)
async def test_a_batch_that_cannot_be_read_is_kept_whole(tenant, fields, detail):
    await report(tenant.world, records(chime(), **fields))
    (item,) = await tenant.suspended()
    assert item["reason"] == "invalid_field"
    assert item["detail"].startswith(detail)
    assert json.loads(item["message"])["id"] == "r-1"


async def test_a_kept_batch_is_booked_by_a_replay_once_its_profile_exists(tenant):
    await report(tenant.world, records(chime(), account=..., profile="p"))
    (item,) = await tenant.suspended()
    await save_profile(tenant.world, format="chime-cdr", accountOf={"vc-1": ACCOUNT})
    assert (await tenant.replay(item["id"]))["state"] == "replayed"
    assert len(await tenant.movements(kind="debit")) == 1


async def test_a_refused_record_stays_one_item_however_often_it_is_replayed(tenant):
    await report(tenant.world, records(chime(Direction="?"), account=ACCOUNT))
    for _ in range(2):
        (item,) = await tenant.suspended()
        await tenant.replay(item["id"])
    (item,) = await tenant.suspended()
    assert item["state"] == "open"


async def test_records_of_a_bound_sender_never_reach_another_account():
    world = World()
    await world.publish()
    here, there = Tenant(world, ACCOUNT), Tenant(world, OTHER)
    await here.open()
    await there.open()
    await save_profile(world, format="chime-cdr", accountOf={"vc-1": OTHER})
    batch = records(chime(), sender=ACCOUNT, profile="p")
    await report(world, batch)
    assert await there.movements(kind="debit") == []
    (item,) = await here.suspended()
    await here.replay(item["id"])
    assert await there.movements(kind="debit") == []
    assert item["reason"] == "unknown_account"
