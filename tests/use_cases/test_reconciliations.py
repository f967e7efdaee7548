"""Reconciliations over HTTP: an export is taken, compared behind the answer, and answered page by page (R29)."""

from typing import Any

import pytest

from shared.ports import Replace
from shared.use_cases.reconciliation import stored
from shared.use_cases.reconciliation.take_export import list_reconciliations, show_reconciliation
from shared.use_cases.reports import report_file
from tests.fakes.world import World
from tests.tenant import BOSTON, OTHER, Tenant, call, report, usd
from tests.use_cases.carrier_exports import book_two_calls, lines, of_carrier, read, send, sheet


@pytest.fixture
async def booked(world: World, tenant: Tenant) -> Tenant:
    return await book_two_calls(world, tenant)


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
