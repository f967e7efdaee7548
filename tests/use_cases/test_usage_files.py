"""Files of usage: what a receipt says is exact, whatever happens on the way (CONTRACT 6)."""

import asyncio
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from shared.ports import UnavailableError
from shared.use_cases.imports import import_file, portion
from shared.use_cases.usage import record_items
from shared.use_cases.usage.record_usage import record_poison, record_usage
from tests.fakes.world import ACCOUNT
from tests.tenant import event
from tests.use_cases.sending_files import TITLES, counts, csv, imported, receipt, row, send

MIXED = csv(row("1"), row("2"), row("2"), row("3", called="+819012345678"), row("4", seconds="x"), row("5", seconds=0))


async def test_a_file_is_counted_by_what_became_of_its_rows(tenant):
    name = await send(tenant.world, MIXED)
    assert counts(await receipt(tenant.world, name)) == {"state": "waiting"}
    await tenant.world.drain()
    assert counts(await receipt(tenant.world, name)) == {
        "state": "done",
        "read": 6,
        "booked": 3,
        "duplicate": 1,
        "suspended": 2,
        "free": 1,
        "reasons": {"no_rate": 1, "invalid_field": 1},
    }
    assert len(await tenant.movements(kind="debit")) == 3


async def test_the_same_file_again_is_all_duplicates(tenant):
    await imported(tenant.world, MIXED)
    assert await imported(tenant.world, MIXED) == {"state": "done", "read": 6, "duplicate": 6}
    assert len(await tenant.movements(kind="debit")) == 3
    assert len(await tenant.suspended()) == 2


async def test_a_file_is_counted_exactly_although_every_portion_is_recorded_twice(tenant, monkeypatch):
    """Each portion is booked, and its process killed before it can count it."""
    monkeypatch.setattr(import_file, "next_portion", lambda rows: portion.next_portion(rows, 2))
    services = tenant.world.services
    name = await send(tenant.world, MIXED)
    (_, message), killed = tenant.world.queues.waiting.popleft(), 0

    class Killed:
        def __init__(self, imports):
            self.imports = imports

        def __getattr__(self, attribute):
            return getattr(self.imports, attribute)

        async def change(self, _receipt):
            raise UnavailableError("killed")

    for _ in range(4):
        with pytest.raises(UnavailableError):
            await record_usage(replace(services, imports=Killed(services.imports)), message.encode())
        killed += 1
        await one_portion(services, message, monkeypatch)
    assert killed == 4
    assert counts(await receipt(tenant.world, name)) == {
        "state": "done",
        "read": 6,
        "booked": 3,
        "duplicate": 1,
        "suspended": 2,
        "free": 1,
        "reasons": {"no_rate": 1, "invalid_field": 1},
    }


async def one_portion(services, message, monkeypatch):
    """A run that gives way after its first portion."""
    monkeypatch.setattr(import_file, "SECONDS_AT_ONCE", -1.0)
    await record_usage(services, message.encode())
    services.queues.waiting.clear()


async def test_a_long_file_is_read_in_several_runs(tenant, monkeypatch):
    monkeypatch.setattr(import_file, "SECONDS_AT_ONCE", -1.0)
    monkeypatch.setattr(import_file, "next_portion", lambda rows: portion.next_portion(rows, 2))
    name = await send(tenant.world, csv(*(row(str(number)) for number in range(7))))
    assert await tenant.world.drain() == 5
    assert counts(await receipt(tenant.world, name)) == {"state": "done", "read": 7, "booked": 7}


async def test_a_row_that_repeats_one_of_an_earlier_portion_is_a_duplicate(tenant, monkeypatch):
    monkeypatch.setattr(import_file, "next_portion", lambda rows: portion.next_portion(rows, 2))
    twice = csv(row("1"), row("2"), row("1"), row("2"))
    assert await imported(tenant.world, twice) == {"state": "done", "read": 4, "booked": 2, "duplicate": 2}


async def test_two_hosts_that_read_the_same_file_count_it_once(tenant, monkeypatch):
    """The lease of the message was lost while the first host still ran."""
    monkeypatch.setattr(import_file, "next_portion", lambda rows: portion.next_portion(rows, 2))
    name = await send(tenant.world, csv(*(row(str(number)) for number in range(9))))
    message = tenant.world.queues.waiting.popleft()[1].encode()
    hosts = (tenant.world.services, tenant.world.process())
    await asyncio.gather(*(record_usage(host, message) for host in hosts))
    assert counts(await receipt(tenant.world, name)) == {"state": "done", "read": 9, "booked": 9}


async def test_a_message_that_comes_again_reads_nothing_twice(tenant):
    name = await send(tenant.world, MIXED)
    message = tenant.world.queues.waiting[0][1].encode()
    await tenant.world.drain()
    before = await receipt(tenant.world, name)
    await record_usage(tenant.world.services, message)
    assert await receipt(tenant.world, name) == before


UNREADABLE = [
    ("csv", b"\x01\x02\x03", "these titles are missing"),
    ("csv", b"PK\x03\x04 damaged", "the zip file is damaged"),
    ("twilio-calls", b"[[[[", "record 1: not JSON"),
    ("freeswitch-json", b'{\n"variables": {"uuid": "1"},\n"mos": nan\n}', "record 1: not JSON"),
    ("teams-pstn", b"a;b;c\n1;2;3\n", "these titles are missing: UsageId"),
    ("cucm-csv", b"a,b\n", "the file has no heading row"),
]


@pytest.mark.parametrize(("form", "content", "detail"), UNREADABLE)
async def test_an_unreadable_file_fails_with_its_reason_and_waits_in_suspense(tenant, form, content, detail):
    name = await send(tenant.world, content, form)
    await tenant.world.drain()
    shown = await receipt(tenant.world, name)
    assert counts(shown) == {"state": "failed", "read": 1, "suspended": 1, "reasons": {"unreadable": 1}}
    assert shown["detail"].startswith(detail)
    assert await tenant.reasons() == ["unreadable"]


async def test_a_file_that_breaks_off_keeps_what_was_read(tenant):
    data = dict(zip(TITLES.split(",")[1:], row("x").split(",")[1:], strict=True)) | {"durationSeconds": 60}
    text = json.dumps([event(name, data) for name in "12"], indent=1)[:-2] + ",\n{"
    assert await imported(tenant.world, text, "cloudevents") == {
        "state": "failed",
        "read": 3,
        "booked": 2,
        "suspended": 1,
        "reasons": {"unreadable": 1},
    }


async def test_a_file_that_failed_is_continued_by_a_replay(tenant):
    name = await send(tenant.world, csv(row("1"), row("2")))
    content = tenant.world.files.stored.pop(name)
    await tenant.world.drain()
    shown = await receipt(tenant.world, name)
    assert (shown["state"], shown["detail"]) == ("failed", "blob: there is no such file")
    tenant.world.files.stored[name] = content
    (item,) = await tenant.suspended()
    assert (await tenant.replay(item["id"]))["state"] == "replayed"
    await tenant.world.drain()
    assert counts(await receipt(tenant.world, name)) == {"state": "done", "read": 2, "booked": 2}


async def test_a_file_on_which_the_queue_gave_up_is_seen_and_continued(tenant):
    name = await send(tenant.world, csv(row("1")))
    await record_poison(tenant.world.services, tenant.world.queues.waiting.popleft()[1].encode())
    assert (await receipt(tenant.world, name))["reasons"] == {"poison": 1}
    (item,) = await tenant.suspended()
    await tenant.replay(item["id"])
    await tenant.world.drain()
    assert counts(await receipt(tenant.world, name)) == {"state": "done", "read": 1, "booked": 1}


async def test_a_file_whose_reading_is_interrupted_again_and_again_is_not_given_up(tenant, monkeypatch):
    monkeypatch.setattr(import_file, "next_portion", lambda rows: portion.next_portion(rows, 1))
    monkeypatch.setattr(import_file, "SECONDS_AT_ONCE", -1.0)
    world = tenant.world
    name = await send(world, csv(*(row(str(number)) for number in range(3))))
    for _ in range(3):
        await record_usage(world.services, world.queues.waiting.popleft()[1].encode())
        await record_poison(world.services, world.queues.waiting.popleft()[1].encode())
    assert await tenant.suspended() == []
    await world.drain()
    assert counts(await receipt(world, name)) == {"state": "done", "read": 3, "booked": 3}


async def test_a_run_that_was_overtaken_neither_counts_nor_fails_the_file(tenant):
    name = await send(tenant.world, csv(row("1")))
    content = tenant.world.files.stored.pop(name)
    message, services = tenant.world.queues.waiting.popleft()[1].encode(), tenant.world.services

    class LateFiles:
        """The file is not found by a run that hangs until another one has read it."""

        async def fetch(self, _name, _into):
            tenant.world.files.stored[name] = content
            await record_usage(services, message)
            return False

    await record_usage(replace(services, usage_files=LateFiles()), message)
    assert counts(await receipt(tenant.world, name)) == {"state": "done", "read": 1, "booked": 1}
    assert await tenant.suspended() == []


async def test_a_failed_file_is_in_suspense_although_its_process_was_killed_before(tenant):
    name = await send(tenant.world, b"no titles")
    message, services = tenant.world.queues.waiting.popleft()[1].encode(), tenant.world.services

    class Killed:
        def __getattr__(self, attribute):
            return getattr(services.suspense, attribute)

        async def put_unidentified(self, _items):
            raise UnavailableError("killed")

    with pytest.raises(UnavailableError):
        await record_usage(replace(services, suspense=Killed()), message)
    assert (await receipt(tenant.world, name))["state"] == "failed"
    for _ in range(2):
        await record_usage(services, message)
    assert await tenant.reasons() == ["unreadable"]


async def test_a_row_whose_booking_fails_for_good_does_not_stop_the_others(tenant, monkeypatch):
    real = record_items.rate

    async def broken(services, item, terms):
        if item.id == "2":
            raise AssertionError("a bug")
        return await real(services, item, terms)

    monkeypatch.setattr(record_items, "rate", broken)
    assert await imported(tenant.world, csv(row("1"), row("2"), row("3"))) == {
        "state": "done",
        "read": 3,
        "booked": 2,
        "suspended": 1,
        "reasons": {"poison": 1},
    }


async def test_a_file_that_a_sender_put_there_is_announced_by_an_event(tenant):
    tenant.world.files.stored["2026/march.csv"] = csv(row("1")).encode()
    name = "0b5f4c1e-7d2a-4f6b-9c3d-1a2b3c4d5e6f"
    data = {"format": "csv", "account": ACCOUNT, "blob": "2026/march.csv"}
    announced = event(name, data, type="credits.usage.file.v1")
    await record_usage(tenant.world.services, json.dumps([announced, announced]).encode())
    assert counts(await receipt(tenant.world, name)) == {"state": "done", "read": 1, "booked": 1}
    other = event(name, {**data, "blob": "other.csv"}, type="credits.usage.file.v1")
    await record_usage(tenant.world.services, json.dumps(other).encode())
    assert await tenant.reasons() == ["conflict"]


async def test_an_export_and_graph_report_the_same_row_once(tenant):
    titles = "UsageId,Call Type,Caller ID,Destination Number,Start Time,Duration Seconds,AAD ObjectId,Capability,"
    titles += "User Location"
    line = "P-1,user_out,+14255550100,+442079460123,2026-03-01T11:00:00.2589935Z,60,ANN,MCOPSTN1,US"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../PSTN.calls.2026-03-01.csv", f"{titles}\n{line}\n")
        archive.writestr("DirectRouting.calls.2026-03-01.csv", "other titles\n")
        archive.writestr("parameters.json", "{}")
    assert await imported(tenant.world, packed.getvalue(), "teams-pstn") == {"state": "done", "read": 1, "booked": 1}
    page: Any = {"value": [{"id": "P-1", "callType": "user_out", "userId": "ann", "callerNumber": "+14255550100"}]}
    page["value"][0] |= {"calleeNumber": "+442079460123", "startDateTime": "2026-03-01T11:00:00Z", "duration": 60}
    page["value"][0] |= {"licenseCapability": "MCOPSTN1", "usageCountryCode": "US", "operator": "Microsoft"}
    assert await imported(tenant.world, json.dumps(page), "graph-pstn") == {"state": "done", "read": 1, "duplicate": 1}
