"""Exports that cannot be compared, work that comes again or is lost, and requests that are refused (R29)."""

from typing import Any

import pytest

from shared.ports import UnavailableError
from shared.service.http import ProblemError
from shared.use_cases.reconciliation.take_export import (
    list_reconciliations,
    show_dispute_sheet,
    show_reconciliation,
    take_export,
)
from tests.fakes.world import World
from tests.tenant import OTHER, Tenant, call, report
from tests.use_cases.carrier_exports import MARCH, book_two_calls, of_carrier, read, send, sheet
from tests.use_cases.sending_files import by_operator


@pytest.fixture
async def booked(world: World, tenant: Tenant) -> Tenant:
    return await book_two_calls(world, tenant)


async def test_the_comparisons_of_an_unknown_account_are_not_an_empty_list(tenant):
    with pytest.raises(ProblemError) as refusal:
        await Tenant(tenant.world, OTHER).request(list_reconciliations)
    assert refusal.value.code == "not_found"


@pytest.mark.parametrize(
    ("body", "detail"), [(b"PK\x03\x04", "the zip file is damaged"), (b"no;titles\n", "titles are missing")]
)
async def test_an_unreadable_export_is_taken_and_fails(tenant, body, detail):
    reply: Any = await take_export(tenant.world.services, by_operator(body, MARCH | {"format": "csv"}))
    assert reply.status == 202
    await tenant.world.drain()
    shown = await read(tenant, reply.value["id"])
    assert (shown["state"], shown["differences"]) == ("failed", [])
    assert detail in shown["detail"]
    with pytest.raises(ProblemError, match="nothing was compared") as refusal:
        await sheet(tenant, reply.value["id"])
    assert refusal.value.code == "export_unreadable"


async def test_a_message_that_comes_again_changes_nothing_and_nothing_is_booked(booked):
    before = await booked.movements()
    name = await send(booked, of_carrier("x", called="+442079460999"))
    [message] = booked.world.queues.waiting
    await booked.world.drain()
    shown = await read(booked, name)
    await report(booked.world, call("later"))
    booked.world.queues.waiting.append(message)
    await booked.world.drain()
    assert await read(booked, name) == shown
    assert (await booked.movements())[: len(before)] == before


async def test_a_comparison_whose_message_was_lost_is_asked_for_again(booked):
    name = await send(booked, call("a"))
    booked.world.queues.waiting.clear()
    await read(booked, name)
    assert not booked.world.queues.waiting
    booked.world.clock.forward(minutes=20)
    await read(booked, name)
    await read(booked, name)
    assert len(booked.world.queues.waiting) == 1
    await booked.world.drain()
    assert (await read(booked, name))["state"] == "done"


async def test_an_outage_leaves_the_work_to_the_next_delivery(booked, monkeypatch):
    name = await send(booked, call("a"))

    async def down(*_arguments: object) -> bool:
        raise UnavailableError("the files cannot be reached")

    with monkeypatch.context() as outage:
        outage.setattr(booked.world.files, "fetch", down)
        [message] = booked.world.queues.waiting
        await booked.world.drain_failing()
    assert (await read(booked, name))["state"] == "running"
    booked.world.queues.waiting.append(message)
    await booked.world.drain()
    assert (await read(booked, name))["state"] == "done"


async def test_differences_that_were_deleted_are_not_told_as_none(booked):
    name = await send(booked)
    await booked.world.drain()
    booked.world.files.stored.clear()
    with pytest.raises(ProblemError, match="not kept any more"):
        await read(booked, name)


async def test_another_accounts_reconciliation_is_not_found(booked):
    name = await send(booked, call("a"))
    other = Tenant(booked.world, OTHER)
    await other.open()
    for account, asked in ((other, name), (booked, "x" * 2_000), (booked, "unknown")):
        for use_case in (show_reconciliation, show_dispute_sheet):
            with pytest.raises(ProblemError, match="no such reconciliation"):
                await account.request(use_case, reconciliation=asked)


REFUSED = [
    ({"format": ""}, "/format"),
    ({"from": ""}, "/from"),
    ({"to": ""}, "/to"),
    ({"to": "2026-03-01T00:00:00Z"}, "/to"),
    ({"from": "yesterday"}, "/from"),
    ({"format": "excel"}, "/format"),
    ({"profile": "none"}, "/profile"),
]


@pytest.mark.parametrize(("query", "pointer"), REFUSED)
async def test_a_request_that_cannot_be_meant_is_refused(tenant, query, pointer):
    asked = {name: text for name, text in (MARCH | query).items() if text}
    with pytest.raises(ProblemError) as refusal:
        await take_export(tenant.world.services, by_operator("", asked))
    assert (refusal.value.code, [flaw.pointer for flaw in refusal.value.flaws]) == ("invalid_request", [pointer])
    assert tenant.world.files.stored == {}


async def test_an_unknown_account_and_a_large_export_are_refused(tenant, monkeypatch):
    monkeypatch.setattr("shared.use_cases.imports.uploaded_file.FILE_BYTES_MAX", 10)
    for account, code in ((tenant.account, "payload_too_large"), (OTHER, "not_found")):
        with pytest.raises(ProblemError) as refusal:
            await take_export(tenant.world.services, by_operator("x" * 11, MARCH, account=account))
        assert refusal.value.code == code
