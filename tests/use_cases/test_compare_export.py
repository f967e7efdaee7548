"""A carrier's export against what was booked: every difference has its class (R29)."""

import io
import json
from datetime import UTC, datetime

import pytest

from shared.kernel.ids import AccountId
from shared.readers.profile import Profile, Reading
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
        ([call("a")], [], [("missing_there", None, None)]),
        ([call("a")], [theirs("1"), theirs("2")], [("doubled", None, None)]),
        ([call("a")], [call("a"), call("a")], [("doubled", None, None)]),
        ([call("a", 60)], [theirs("1", 62)], [("duration", 60, 62)]),
        ([call("a", 60)], [theirs("1", 61)], []),
        ([call("a", 60)], [theirs("1", price=usd("0.03"))], [("price", 20_000, 30_000)]),
        ([call("a", 60)], [theirs("1", price=usd("0.02"))], []),
        ([call("a")], [theirs("1", called=BOSTON)], [("missing_here", None, None), ("missing_there", None, None)]),
        ([call("a")], [theirs("1", direction="in")], [("missing_here", None, None), ("missing_there", None, None)]),
        ([], [theirs("1", startedAt="2026-02-28T23:59:59Z")], []),
    ],
)
async def test_each_difference_has_its_class(compare, booked, exported, differences):
    assert (await compare(booked, exported))[1] == differences


async def test_records_that_are_no_calls_are_counted(compare):
    found, differences = await compare([], [theirs("1", durationSeconds="long"), 7])
    assert (found.read, found.skipped, differences) == (0, 2, [])
