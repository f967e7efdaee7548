"""A carrier's export against what was booked: every difference has its class (R29)."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.readers.formats import read_file
from shared.readers.prices import price_of
from shared.readers.profile import Profile, Reading
from shared.readers.row import Usage
from shared.use_cases.reconciliation.compare_export import Export, Period, compare_export
from shared.use_cases.reconciliation.workspace import Workspace
from tests.fakes.world import ACCOUNT
from tests.tenant import BOSTON, call, report, usd

PERIOD = Period(AccountId(ACCOUNT), datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "calls")
    yield made
    made.close()


@pytest.fixture
async def compare(world, tenant, workspace):
    """Book calls, then compare them with the records of an export."""
    await tenant.grant("100")

    async def compared(booked, exported):
        await report(world, *booked)
        await world.drain()
        file = io.BytesIO(json.dumps(exported).encode())
        export = Export(file, Reading("cloudevents", profile=Profile()))
        found = await compare_export(world.services, PERIOD, export, workspace, lambda: None)
        return found, [(each.kind.value, each.ours, each.theirs) for each in workspace.differences()]

    return compared


def theirs(name, seconds=60, **fields):
    """A record of the carrier, under its own name."""
    return call(name, seconds, **fields) | {"source": "urn:carrier"}


async def test_the_same_calls_do_not_differ(compare):
    booked = [call("a"), call("b", called=BOSTON)]
    found, differences = await compare(booked, booked)
    assert (found.read, found.matched, differences) == (2, 2, [])


async def test_calls_are_matched_by_number_and_time_where_the_carrier_has_other_names(compare):
    found, differences = await compare(
        [call("a"), call("b", startedAt="2026-03-01T11:40:00Z")],
        [theirs("1", startedAt="2026-03-01T11:51:30Z"), theirs("2", startedAt="2026-03-01T11:39:00Z")],
    )
    assert (found.read, found.matched, differences) == (2, 2, [])


@pytest.mark.parametrize(
    ("booked", "exported", "differences"),
    [
        ([], [theirs("1")], [("missing_here", None, None)]),
        ([], [theirs("1", price=usd("0.03"))], [("missing_here", None, 30_000)]),
        ([call("a")], [theirs("1"), theirs("2", price=usd("0.02"))], [("doubled", None, 20_000)]),
        ([call("a")], [], [("missing_there", 20_000, None)]),
        ([call("a")], [theirs("1"), theirs("2")], [("doubled", None, None)]),
        ([call("a")], [call("a"), call("a")], [("doubled", None, None)]),
        ([call("a", 60)], [theirs("1", 62)], [("duration", 60, 62)]),
        ([call("a", 60)], [theirs("1", 61)], []),
        ([call("a", 60)], [theirs("1", price=usd("0.03"))], [("price", 20_000, 30_000)]),
        ([call("a", 60)], [theirs("1", price=usd("0.02"))], []),
        ([call("a")], [theirs("1", called=BOSTON)], [("missing_here", None, None), ("missing_there", 20_000, None)]),
        ([call("a")], [theirs("1", direction="in")], [("missing_here", None, None), ("missing_there", 20_000, None)]),
        ([], [theirs("1", startedAt="2026-02-28T23:59:59Z")], []),
    ],
)
async def test_each_difference_has_its_class(compare, booked, exported, differences):
    assert (await compare(booked, exported))[1] == differences


def minutely(make, *minutes, shift=0, **seconds):
    """Calls of different length to one number, one a minute; *seconds* by name replace a length."""
    began = datetime(2026, 3, 1, 11, tzinfo=UTC)
    return [
        make(
            f"c{minute}",
            seconds.get(f"c{minute}", 60 + 5 * minute),
            startedAt=instant_text(began + timedelta(minutes=minute, seconds=shift)),
        )
        for minute in minutes
    ]


@pytest.mark.parametrize("make", [call, theirs])
@pytest.mark.parametrize("shift", [0, 3, 25, -25])
async def test_a_call_that_the_carrier_lacks_does_not_take_the_record_of_the_next_one(compare, make, shift):
    found, differences = await compare(
        minutely(call, 0, 1, 2, 3, 4), minutely(make, 1, 2, 3, 3, 4, 5, shift=shift, c2=200)
    )
    assert [difference[0] for difference in differences] == ["duration", "doubled", "missing_here", "missing_there"]
    assert differences[0] == ("duration", 70, 200)
    assert (found.read, found.matched) == (6, 4)


async def test_calls_of_one_moment_are_matched_by_their_length(compare):
    found, differences = await compare(
        [call("a", 60), call("b", 90), call("c", 300)], [theirs("1", 300), theirs("2", 90), theirs("3", 60)]
    )
    assert (found.matched, differences) == (3, [])


async def test_records_that_are_no_calls_are_counted(compare):
    found, differences = await compare([], [theirs("1", durationSeconds="long"), 7])
    assert (found.read, found.skipped, differences) == (0, 2, [])


TEAMS = "UsageId,AAD ObjectId,Call Type,Destination Number,Start Time,Duration Seconds,Charge,Currency\n"
CSV = "id,direction,service,called,startedAt,durationSeconds,price,currency\n"
GRAPH = {"id": "1", "callType": "user_out", "userId": "ann", "calleeNumber": "+442079460123", "duration": 60}
TWILIO = {"sid": "CA1", "account_sid": "AC1", "status": "completed", "direction": "outbound-api", "duration": "60"}
AT = "2026-03-01T11:00:00Z"


@pytest.mark.parametrize(
    ("form", "content", "price"),
    [
        ("teams-pstn", f"{TEAMS}1,ann,user_out,+442079460123,{AT},60,0.02,USD\n", 20_000),
        ("teams-pstn", f"{TEAMS}1,ann,user_out,+442079460123,{AT},60,,\n", None),
        ("graph-pstn", json.dumps({**GRAPH, "startDateTime": AT, "charge": 0.0345, "currency": "USD"}), 34_500),
        (
            "twilio-calls",
            json.dumps({**TWILIO, "to": "+442079460123", "start_time": AT, "price": "-0.0085", "price_unit": "usd"}),
            8_500,
        ),
        (
            "twilio-calls",
            json.dumps({**TWILIO, "to": "+442079460123", "start_time": AT, "price": None, "price_unit": "USD"}),
            None,
        ),
        ("csv", f"{CSV}1,out,callQueue,+442079460123,{AT},60,0.5,USD\n", 500_000),
        ("csv", f"{CSV}1,out,callQueue,+442079460123,{AT},60,1e999999999,USD\n", None),
        ("csv", f"{CSV}1,out,callQueue,+442079460123,{AT},60,cheap,USD\n", None),
        ("asterisk-csv", "", None),
    ],
)
def test_the_price_of_a_record_is_read_where_its_format_has_one(form, content, price):
    reading = Reading(form, ACCOUNT, profile=Profile())
    rows = list(read_file(io.BytesIO(content.encode()), reading))
    found = [price_of(row, reading) for row in rows if isinstance(row, Usage)]
    assert [each.money.micros if each else None for each in found] == ([price] if rows else [])


@pytest.mark.parametrize(("charge", "count"), [("0.02", 0), ("0.025", 0), ("0.03", 1)])
async def test_half_a_cent_is_no_difference_where_the_export_rounds_to_cents(world, tenant, workspace, charge, count):
    await tenant.grant("100")
    await report(world, call("a", startedAt=AT))
    await world.drain()
    content = f"{TEAMS}1,ann,user_out,+442079460123,{AT},60,{charge},USD\n"
    export = Export(io.BytesIO(content.encode()), Reading("teams-pstn", ACCOUNT, profile=Profile()))
    found = await compare_export(world.services, PERIOD, export, workspace, lambda: None)
    assert found.matched == 1
    assert [each.kind.value for each in workspace.differences()] == ["price"] * count
