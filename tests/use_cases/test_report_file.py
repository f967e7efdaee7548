"""Reports as files: small ones in the answer, large ones by a link (R20, CONTRACT 2)."""

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from shared.ports import UnavailableError
from shared.service.http import Reply
from shared.use_cases.reports import report_file
from shared.use_cases.reports.report_file import as_file
from shared.views.calls import list_calls
from tests.fakes.world import request
from tests.tenant import LONDON, Tenant, call, code_of, report
from tests.views.ledger import live_through_march


async def ask(tenant: Tenant, what: str, form: str = "csv", month: str = "", **query: str) -> Reply:
    path = {"month": month} if month else {}
    return await tenant.request(as_file(what, form), query=query, **path)


def lines(content: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def test_calls_as_a_file_are_those_of_the_list(world, tenant):
    await report(world, call("one", 90), call("=2+2", 60, user="@SUM(1)"))
    shown: Any = (await tenant.request(list_calls)).value
    reply = await ask(tenant, "calls")
    assert (reply.status, reply.media_type) == (200, "text/csv")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="calls.csv"'
    found = lines(reply.value)
    assert [(row["called"], row["amount"], row["seconds"]) for row in found] == [
        (each["called"], each["amount"]["amount"], str(each["seconds"])) for each in shown["items"]
    ]
    assert {(row["event.id"], row["user"]) for row in found} == {("one", "ann"), ("'=2+2", "'@SUM(1)")}
    assert [row["event.id"] for row in lines((await ask(tenant, "calls", user="ann")).value)] == ["one"]


async def test_every_report_is_a_file_in_both_forms(tenant):
    await live_through_march(tenant)
    asked: list[tuple[str, dict[str, str], int]] = [
        ("usage", {"by": "destination"}, 1),
        ("calls", {}, 3),
        ("movements", {}, 7),
        ("movements", {"kind": "grant"}, 3),
        ("lots", {}, 3),
        ("statements", {"month": "2026-03"}, 4),
    ]
    for what, more, count in asked:
        found = lines((await ask(tenant, what, **more)).value)
        book = openpyxl.load_workbook(io.BytesIO(bytes((await ask(tenant, what, "xlsx", **more)).value)))  # type: ignore[call-overload]  # bytes
        titles, *rows = book.worksheets[0].iter_rows(values_only=True)
        assert (len(found), len(rows)) == (count, count), what
        assert [str(title) for title in titles] == list(found[0])


async def test_the_statement_as_a_file_adds_up_like_the_statement(tenant):
    await live_through_march(tenant)
    whole, *lots = lines((await ask(tenant, "statements", month="2026-03")).value)
    assert (whole["lot"], whole["granted"], whole["closing"]) == ("", "170.000000", "9.900000")
    assert sum(float(lot["closing"]) for lot in lots) == pytest.approx(9.9)


@pytest.fixture
def few_rows(monkeypatch):
    monkeypatch.setattr(report_file, "ROWS_MAX", 3)


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_a_large_file_is_written_by_the_queue_and_handed_out_as_a_link(world, tenant, form):
    await report(world, *(call(f"c{number}") for number in range(4)))
    assert ((await ask(tenant, "calls", form)).status, len(world.queues.waiting)) == (202, 1)
    waiting = await ask(tenant, "calls", form)
    assert (waiting.status, waiting.headers["Retry-After"], len(world.queues.waiting)) == (202, "5", 1)
    await world.drain()
    done = await ask(tenant, "calls", form)
    assert (done.status, done.value) == (303, b"")
    file, until = world.report_files.links[done.headers["Location"]]
    assert (file.download_name, until - world.clock.time) == (f"calls.{form}", timedelta(minutes=5))
    content = world.report_files.read(done.headers["Location"])
    if form == "csv":
        assert [row["called"] for row in lines(content)] == [LONDON] * 4
    else:
        assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].max_row == 5


@pytest.mark.usefixtures("few_rows")
async def test_a_page_that_may_not_follow_a_redirect_gets_the_link_itself(world, tenant):
    await report(world, *(call(f"c{number}") for number in range(4)))
    await ask(tenant, "calls")
    await world.drain()
    asked = request(tenant.account, "", {"prefer": "return=minimal"})
    done = await report_file.as_file("calls", "csv")(world.services, asked)
    assert (done.status, done.value, done.headers["Preference-Applied"]) == (200, b"", "return=minimal")
    assert [row["called"] for row in lines(world.report_files.read(done.headers["Location"]))] == [LONDON] * 4


@pytest.mark.usefixtures("few_rows")
async def test_other_requests_are_other_files(world, tenant):
    await report(world, *(call(f"c{number}") for number in range(8)))
    assert (await ask(tenant, "calls")).status == 202
    assert (await ask(tenant, "calls", user="ann")).status == 202
    assert (await ask(tenant, "movements")).status == 202
    other = Tenant(world, "5f0c1f9e-0000-4000-8000-000000000002")
    await other.open()
    assert (await ask(other, "calls")).status == 200
    await world.drain()
    assert len(world.report_files.stored) == 3


@pytest.mark.usefixtures("few_rows")
async def test_a_file_is_written_anew_after_a_while_and_when_its_message_was_lost(world, tenant):
    await report(world, *(call(f"c{number}") for number in range(4)))
    await ask(tenant, "calls")
    world.queues.waiting.clear()
    world.clock.forward(minutes=21)
    assert ((await ask(tenant, "calls")).status, len(world.queues.waiting)) == (202, 1)
    await world.drain()
    await report(world, call("c4"))
    assert (await ask(tenant, "calls")).status == 303
    world.clock.forward(minutes=31)
    assert (await ask(tenant, "calls")).status == 202
    await world.drain()
    [content] = world.report_files.stored.values()
    assert len(lines(content)) == 5


@pytest.mark.usefixtures("few_rows")
async def test_nothing_is_handed_out_before_the_file_is_whole(world, tenant):
    await report(world, *(call(f"c{number}") for number in range(4)))
    await ask(tenant, "calls")
    world.report_files.down = True
    with pytest.raises(UnavailableError):
        await world.drain()
    assert (await ask(tenant, "calls")).status == 202
    world.report_files.down = False
    world.clock.forward(minutes=21)
    assert (await ask(tenant, "calls")).status == 202
    await world.drain()
    assert (await ask(tenant, "calls")).status == 303


async def test_a_wrong_request_is_refused_like_the_report_itself(tenant):
    assert await code_of(ask(tenant, "usage")) == "invalid_request"
    assert await code_of(ask(tenant, "statements", month="2026-13")) == "invalid_request"
    assert await code_of(ask(Tenant(tenant.world, "5f0c1f9e-0000-4000-8000-000000000009"), "calls")) == "not_found"
