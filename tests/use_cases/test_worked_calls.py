"""Every worked call is booked as its row says, and stands in the page (R7 to R14, R16, R17, CONTRACT 1)."""

from decimal import Decimal

import pytest

from shared.kernel.times import parse_instant
from tests.worked.organisation import Organisation
from tests.worked.page import PAGE, page
from tests.worked.rows import WorkedCall, call_data, value_of, worked_calls

ROWS = worked_calls()
NOT_BOOKED = [row for row in ROWS if not row.is_booked]


def _named(row: WorkedCall) -> str:
    return row.case


async def _booked(organisation: Organisation, kind: str) -> dict:
    movements = await organisation.tenant.movements(kind=kind, limit="1000")
    (one,) = [each for each in movements if each["event"]["id"] == "worked"]
    return one


async def _carried_out(row: WorkedCall) -> Organisation:
    organisation = await Organisation.open()
    await organisation.carry_out(row.before)
    await organisation.report(row.call)
    if row.after:
        await _correct(organisation, row)
    return organisation


async def _correct(organisation: Organisation, row: WorkedCall) -> None:
    called, _, *fields = row.call.split(" ")
    seconds = row.after.removeprefix("correct ")
    await organisation.report(" ".join([called, seconds, *fields]))
    (conflict,) = await organisation.tenant.suspended()
    await organisation.tenant.accept(conflict["id"])


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_booked], ids=_named)
async def test_a_call_is_booked_as_the_row_says(row):
    organisation = await _carried_out(row)
    booked = await _booked(organisation, row.result)
    explained = booked["explanation"]
    assert -Decimal(booked["amount"]["amount"]) == Decimal(row.cost)
    found = (explained["callKind"], explained["freeSeconds"], explained["billedSeconds"])
    assert found == (row.kind, int(row.free), int(row.billed))
    assert await organisation.paid(booked) == row.parts
    assert list(await organisation.paid(booked)) == list(row.parts)
    assert " ".join(explained.get("flags", [])) == row.flags
    if row.pool:
        name, _, seconds = row.pool.partition(": ")
        started = parse_instant(call_data(row.call)["startedAt"])
        assert await organisation.pool(name, f"{started:%Y-%m}") == seconds
    assert await organisation.world.audit() == []


@pytest.mark.parametrize("row", NOT_BOOKED, ids=_named)
async def test_a_call_is_in_suspense_with_the_reason_in_the_row(row):
    organisation = await _carried_out(row)
    assert await organisation.tenant.reasons() == [row.result]
    assert await organisation.tenant.booked("debit") == []
    assert await organisation.world.audit() == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_booked], ids=_named)
def test_the_cost_in_the_row_is_the_value_of_its_sum_and_the_total_of_what_paid(row):
    assert Decimal(row.cost) == value_of(row.sum)
    assert Decimal(row.cost) == sum(row.parts.values())


def test_the_page_has_a_line_for_every_row():
    assert PAGE.read_text() == page(), "python -m tests.worked.page"
    assert len({row.case for row in ROWS}) == len(ROWS) >= 60
