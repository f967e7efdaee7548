"""Requests about files of usage: who may send what, and what a profile has to be (CONTRACT 6)."""

import json
from typing import Any

import pytest

from shared.service.http import ProblemError
from shared.use_cases.imports.put_profile import put_profile
from shared.use_cases.imports.take_file import read_receipt, take_file
from tests.fakes.world import ACCOUNT, World, request
from tests.tenant import OTHER, Tenant
from tests.use_cases.sending_files import TITLES, by_operator, counts, row


async def test_a_sender_reports_calls_of_its_own_tenant_only():
    world = World()
    await world.publish()
    here, there = Tenant(world, ACCOUNT), Tenant(world, OTHER)
    await here.open()
    await there.open()
    body = "account," + TITLES + "\n" + f"{ACCOUNT},{row('1')}\n{OTHER},{row('2')}\n"
    made = request(body=body, query={"format": "csv"})
    reply: Any = await take_file(world.services, made)
    await world.drain()
    shown = (await read_receipt(world.services, request(receipt=reply.value["receipt"].upper()))).value
    assert counts(shown) == {
        "state": "done",
        "read": 2,
        "booked": 1,
        "suspended": 1,
        "reasons": {"unknown_account": 1},
    }
    assert await there.movements() == []
    for asked in (request(OTHER, receipt=reply.value["receipt"]), request(receipt="unknown")):
        with pytest.raises(ProblemError, match="no such receipt"):
            await read_receipt(world.services, asked)
    with pytest.raises(ProblemError, match="no such account"):
        await take_file(world.services, request(body=body, query={"format": "csv", "account": OTHER}))


REFUSED = [
    ({}, "format is required"),
    ({"format": "excel"}, "format has an unknown value"),
    ({"format": "csv", "account": "me"}, "account is a GUID"),
    ({"format": "csv", "profile": "none"}, "there is no such profile"),
    ({"format": "csv", "profile": "p"}, "the profile is for asterisk-csv"),
]


@pytest.mark.parametrize(("query", "detail"), REFUSED)
async def test_a_request_that_names_no_format_is_refused(tenant, query, detail):
    await save(tenant.world, "p", format="asterisk-csv")
    with pytest.raises(ProblemError) as refusal:
        await take_file(tenant.world.services, by_operator("", query))
    assert (refusal.value.code, refusal.value.detail) == ("invalid_request", detail)
    assert tenant.world.files.stored == {}


async def test_a_file_is_at_most_100_mib(tenant, monkeypatch):
    monkeypatch.setattr("shared.use_cases.imports.uploaded_file.FILE_BYTES_MAX", 10)
    with pytest.raises(ProblemError) as refusal:
        await take_file(tenant.world.services, by_operator("x" * 11, {"format": "csv"}))
    assert refusal.value.code == "payload_too_large"


async def save(world, name, **profile):
    return await put_profile(world.services, by_operator(json.dumps(profile), name=name))


WRONG_PROFILES = [
    ({"format": "excel"}, "/format"),
    ({"format": "csv", "timeZone": "Europe/Nowhere"}, "/timeZone"),
    ({"format": "csv", "accountOf": {"a": "me"}}, "/accountOf/a"),
    ({"format": "csv", "ownCarrier": "maybe"}, "/ownCarrier"),
    ({"format": "csv", "encoding": "klingon"}, "/encoding"),
    ({"format": "csv", "encoding": "zlib"}, "/encoding"),
    ({"format": "csv", "surprise": 1}, "/surprise"),
    ({}, "/format"),
]


@pytest.mark.parametrize(("profile", "pointer"), WRONG_PROFILES)
async def test_a_wrong_profile_is_refused_by_field(world, profile, pointer):
    with pytest.raises(ProblemError) as refusal:
        await save(world, "p", **profile)
    assert [flaw.pointer for flaw in refusal.value.flaws] == [pointer]


async def test_a_profile_is_created_and_replaced(world):
    assert (await save(world, "p", format="csv")).status == 201
    changed = await save(world, "p", format="csv", timeZone="Europe/Berlin")
    assert (changed.status, changed.value["timeZone"]) == (200, "Europe/Berlin")
