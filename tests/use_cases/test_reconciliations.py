"""Reconciliations over HTTP: an export is taken, compared behind the answer, and answered page by page (R29)."""

import io
import json
from typing import Any

import openpyxl
import pytest

from shared.ports import Replace, UnavailableError
from shared.service.http import ProblemError
from shared.use_cases.reconciliation import stored
from shared.use_cases.reconciliation.take_export import (
    list_reconciliations,
    show_dispute_sheet,
    show_reconciliation,
    take_export,
)
from shared.use_cases.reports import report_file
from tests.fakes.world import World
from tests.tenant import BOSTON, OTHER, Tenant, call, report, usd
from tests.use_cases.sending_files import by_operator

MARCH = {"format": "cloudevents", "from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}


async def send(tenant: Tenant, *records: object, **query: str) -> str:
    """Send an export; its id."""
    reply = await take_export(tenant.world.services, by_operator(json.dumps(records), MARCH | query))
    shown: Any = reply.value
    assert (reply.status, shown["state"]) == (202, "waiting")
    assert reply.headers["Location"] == f"/api/v1/accounts/{tenant.account}/reconciliations/{shown['id']}"
    return str(shown["id"])


async def read(tenant: Tenant, name: str, **query: str) -> Any:
    return (await tenant.request(show_reconciliation, query=query, reconciliation=name)).value


async def sheet(tenant: Tenant, name: str) -> Any:
    return await tenant.request(show_dispute_sheet, reconciliation=name)


def lines(content: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))[1:]


def of_carrier(name: str, seconds: int = 60, **fields: Any) -> dict[str, Any]:
    return call(name, seconds, **fields) | {"source": "urn:carrier"}


@pytest.fixture
async def booked(world: World, tenant: Tenant) -> Tenant:
    await tenant.grant("100")
    await report(world, call("a", 60), call("b", 60, called=BOSTON))
    await world.drain()
    return tenant


async def test_differences_are_answered_with_their_records_events_and_values(booked):
    name = await send(
        booked, call("a", 90), call("b", 60, called=BOSTON, price=usd("3")), of_carrier("x", durationSeconds="long")
    )
    waiting: Any = await booked.request(show_reconciliation, reconciliation=name)
    assert (waiting.value["state"], waiting.headers["Retry-After"]) == ("waiting", "2")
    await booked.world.drain()
    ended: Any = await booked.request(show_reconciliation, reconciliation=name)
    shown = ended.value
    assert "Retry-After" not in ended.headers
    assert {each: shown[each] for each in ("state", "read", "matched", "skipped", "next", "detail")} == {
        "state": "done",
        "read": 2,
        "matched": 2,
        "skipped": 1,
        "next": None,
        "detail": None,
    }
    assert shown["counts"] == {"duration": 1, "price": 1}
    duration, price = shown["differences"]
    assert duration == {
        "class": "duration",
        "record": "line 1, record 1: a",
        "event": {"source": "urn:example:sbc-1", "id": "a"},
        "ours": 60,
        "theirs": 90,
    }
    assert (price["event"]["id"], price["theirs"]) == ("b", {"amount": "3.000000", "currency": "USD"})
    assert [row[:1] + row[3:] for row in lines((await sheet(booked, name)).value)] == [
        ("duration", "a", 60, 90, "seconds"),
        ("price", "b", 0.6, 3, "USD"),
    ]


async def test_each_class_adds_up_to_what_is_at_stake_on_both_sides(booked):
    booked_b = {"amount": "0.600000", "currency": "USD"}
    name = await send(
        booked,
        call("a", 90, price=usd("3")),
        call("a", 90, price=usd("3")),
        of_carrier("x", called="+442079460999", price=usd("1.25")),
        of_carrier("y", called="+442079460998"),
        of_carrier("z", called="+442079460997", price=usd("0.50")),
    )
    await booked.world.drain()
    shown = await read(booked, name)
    ours = {each["class"]: each["ours"] for each in shown["differences"] if each["class"] != "missing_here"}
    assert shown["amounts"] == {
        "duration": {"ours": 60, "theirs": 90},
        "price": {"ours": ours["price"], "theirs": usd("3.000000")},
        "doubled": {"ours": None, "theirs": usd("3.000000")},
        "missing_here": {"ours": None, "theirs": usd("1.750000")},
        "missing_there": {"ours": booked_b, "theirs": None},
    }
    assert [row[4:] for row in lines((await sheet(booked, name)).value) if row[0] == "doubled"] == [(None, 3, "USD")]


async def test_every_comparison_of_the_account_is_listed_without_its_differences(booked):
    other = Tenant(booked.world, OTHER)
    await other.open()
    sent = []
    for record in (call("a"), call("b"), call("c")):
        booked.world.clock.forward(minutes=1)
        sent.append(await send(booked, record))
    await booked.world.drain()
    first: Any = (await booked.request(list_reconciliations, query={"order": "desc", "limit": "2"})).value
    second: Any = (await booked.request(list_reconciliations, query={"order": "desc", "after": first["next"]})).value
    assert [each["id"] for each in (*first["items"], *second["items"])] == sent[::-1]
    assert {each["state"] for each in first["items"]} == {"done"}
    assert not any("differences" in each for each in first["items"])
    assert (first["items"][0]["at"], second["next"]) == ("2026-03-01T12:03:00Z", None)
    others: Any = (await other.request(list_reconciliations)).value
    assert others["items"] == []


async def test_a_comparison_that_was_stored_without_amounts_is_still_read(booked):
    name = await send(booked, call("a"))
    await booked.world.drain()
    sums = booked.world.services.reports.sums
    row = await sums.get(booked.account, f"reconciliation|{name}")
    values = {key: value for key, value in row.values.items() if key != "amounts"}
    await sums.transact(booked.account, [Replace(row.key, values, row.etag)])
    assert ((await read(booked, name))["amounts"], (await read(booked, name))["counts"]) == ({}, {"missing_there": 1})


async def test_the_comparisons_of_an_unknown_account_are_not_an_empty_list(tenant):
    with pytest.raises(ProblemError) as refusal:
        await Tenant(tenant.world, OTHER).request(list_reconciliations)
    assert refusal.value.code == "not_found"


async def test_prices_are_money_of_the_account_and_other_currencies_are_not_compared(world):
    await world.publish()
    tenant = Tenant(world)
    await tenant.open()
    await tenant.grant()
    await report(world, call("a", 60))
    await world.drain()
    name = await send(tenant, call("a", 60, price={"amount": "7", "currency": "JPY"}))
    await world.drain()
    assert (await read(tenant, name))["differences"] == []


async def test_many_differences_come_in_pages_and_in_one_sheet(booked, monkeypatch):
    monkeypatch.setattr(stored, "DIFFERENCES_AT_ONCE", 2)
    monkeypatch.setattr("shared.use_cases.reconciliation.compare_stored.DIFFERENCES_AT_ONCE", 2)
    name = await send(booked, call("a"), *(of_carrier(str(n), called=f"+4420794601{n:02}") for n in range(4)))
    assert (await sheet(booked, name)).status == 202
    await booked.world.drain()
    pages, after = [], ""
    while after is not None:
        page = await read(booked, name, **({"after": after} if after else {}))
        pages.append([each["class"] for each in page["differences"]])
        after = page["next"]
    assert pages == [["missing_here"] * 2, ["missing_here"] * 2, ["missing_there"]]
    assert (await read(booked, name, after="9"))["differences"] == []
    monkeypatch.setattr(report_file, "ROWS_MAX", 3)
    assert (await sheet(booked, name)).status == 202
    await booked.world.drain()
    written = await sheet(booked, name)
    assert written.status == 303
    assert len(lines(booked.world.report_files.read(written.headers["Location"]))) == 5


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
