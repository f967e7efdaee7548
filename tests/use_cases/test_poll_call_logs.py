"""The poller of Graph: every row of every tenant's logs comes onto the queue, however late, whatever fails."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.adapters.storage.watermark_tables import WatermarkTables
from shared.kernel.ids import AccountId
from shared.ports import CallLog, SuspenseState, UnavailableError
from shared.service.collection import Collection, PolledLogs
from shared.use_cases.collection import poll_call_logs
from shared.use_cases.collection.records_event import RECORD_BYTES_MAX
from tests.fakes.call_logs import FakeCallLogs
from tests.fakes.table import FakeTable
from tests.fakes.world import ACCOUNT, START
from tests.tenant import OTHER, Tenant
from tests.use_cases.collected import row, sent

OVERLAP = timedelta(hours=72)


class Poller:
    """The poller of one world."""

    def __init__(self, world, *tenants) -> None:
        self.world, self.logs, self.watermarks = world, FakeCallLogs(world.clock), WatermarkTables(FakeTable())
        polled = PolledLogs(self.logs, self.watermarks, tuple(map(AccountId, tenants)), OVERLAP)
        self.services = replace(world.services, collection=Collection(logs=polled))

    async def run(self) -> None:
        await poll_call_logs.poll_call_logs(self.services)

    def add(self, name, *, hours=0.0, late=0.0, tenant=ACCOUNT, log=CallLog.PSTN, **fields):
        """A call that began *hours* after the start of the test, whose row appears *late* hours after that."""
        began = START + timedelta(hours=hours)
        started = began.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.logs.add(tenant, row(name, started, **fields), began + timedelta(hours=late), log)

    def names(self):
        return [record["id"] for event in sent(self.world) for record in event["data"]["records"]]

    async def reached(self, tenant=ACCOUNT):
        return await self.watermarks.reached(tenant, CallLog.PSTN)


@pytest.fixture
async def poller(world, tenant):
    assert tenant.account == ACCOUNT
    return Poller(world, ACCOUNT)


async def test_rows_come_onto_the_queue_for_their_tenant(poller, world):
    poller.add("a", hours=-1)
    poller.add("b", hours=-1, log=CallLog.DIRECT_ROUTING)
    await poller.run()
    found = sent(world)
    assert [(event["type"], event["data"]["account"]) for event in found] == [("credits.usage.records.v1", ACCOUNT)] * 2
    assert {event["data"]["format"]: event["data"]["records"][0]["id"] for event in found} == {
        "graph-pstn": "a",
        "graph-direct-routing": "b",
    }


async def test_without_tenants_nothing_happens(world):
    await poll_call_logs.poll_call_logs(world.services)
    assert not world.queues.waiting


async def test_every_page_is_read(poller):
    names = [f"r-{number}" for number in range(20)]
    for name in names:
        poller.add(name, hours=-1)
    await poller.run()
    assert poller.names() == names


async def test_a_row_that_appears_days_later_is_read_and_earlier_ones_come_again_unchanged(poller, world):
    poller.add("early", hours=-1)
    poller.add("late", hours=-1, late=48)
    await poller.run()
    assert poller.names() == ["early"]
    for _ in range(48):
        world.clock.forward(hours=1)
        await poller.run()
    assert set(poller.names()) == {"early", "late"}
    events = [
        event["id"] for event in sent(world) if event["data"]["records"] == [sent(world)[0]["data"]["records"][0]]
    ]
    assert len(set(events)) == 1


async def test_after_weeks_without_a_run_nothing_is_skipped(poller, world):
    await poller.run()
    for day in range(30):
        poller.add(f"day-{day}", hours=24 * day, late=30)
    world.clock.forward(days=40)
    await poller.run()
    assert set(poller.names()) == {f"day-{day}" for day in range(30)}


async def test_a_run_that_fails_continues_where_it_was(poller, world):
    await poller.run()
    for day in range(10):
        poller.add(f"day-{day}", hours=24 * day + 1)
    world.clock.forward(days=10)

    poller.logs.ranges.clear()

    async def fault(_tenant, _page):
        if len(poller.logs.ranges) > 16:  # of 26: thirteen slices of two logs
            raise UnavailableError("429, wait 3600 s")

    poller.logs.fault = fault
    await poller.run()
    stopped = await poller.reached()
    assert START < stopped < world.clock.now()
    poller.logs.fault = None
    await poller.run()
    assert await poller.reached() == world.clock.now()
    assert set(poller.names()) == {f"day-{day}" for day in range(10)}


@pytest.mark.parametrize("page", [0, 1, 2])
async def test_the_watermark_stays_when_a_window_was_not_read_to_its_end(poller, world, page):
    await poller.run()
    before = await poller.reached()
    for number in range(7):
        poller.add(f"r-{number}", hours=1)
    world.clock.forward(hours=2)

    async def fault(_tenant, number):
        if number == page:
            raise UnavailableError("away")

    poller.logs.fault = fault
    await poller.run()
    assert (await poller.reached(), len(poller.names())) == (before, 3 * page)


async def test_the_watermark_stays_while_the_own_queue_is_down(poller, world):
    await poller.run()
    before = await poller.reached()
    poller.add("r", hours=1)
    world.clock.forward(hours=2)

    async def down(_queue, _text):
        raise UnavailableError("down")

    world.queues.fault = down
    await poller.run()
    assert await poller.reached() == before
    world.queues.fault = None
    await poller.run()
    assert poller.names() == ["r"]


@pytest.mark.usefixtures("tenant")
async def test_a_tenant_that_fails_does_not_stop_the_others(world):
    await Tenant(world, OTHER).open()
    poller = Poller(world, OTHER, ACCOUNT)
    poller.add("a", hours=-1)
    poller.add("b", hours=-1, tenant=OTHER)

    async def fault(asked, _page):
        if asked == OTHER:
            raise UnavailableError("403")

    poller.logs.fault = fault
    await poller.run()
    assert (poller.names(), await poller.reached(), await poller.reached(OTHER)) == (["a"], START, None)


async def test_a_log_is_begun_when_the_tenant_has_an_account_and_where_its_usage_begins(world):
    poller = Poller(world, ACCOUNT)
    poller.add("before", hours=-3)
    poller.add("after", hours=-1)
    await poller.run()
    assert (poller.names(), await poller.reached()) == ([], None)
    await Tenant(world).open(usageFrom="2026-03-01T10:00:00Z")
    await poller.run()
    assert poller.names() == ["after"]


async def test_a_row_that_no_message_can_hold_goes_into_suspense(poller, world):
    poller.add("huge", hours=-1, note="x" * RECORD_BYTES_MAX)
    poller.add("good", hours=-1)
    await poller.run()
    [item] = [item async for item in world.services.suspense.items(SuspenseState.OPEN, None)]
    assert (poller.names(), item.reason, json.loads(item.message)["id"]) == (["good"], "unreadable", "huge")


async def test_the_metrics_say_how_far_the_logs_were_read(poller, world, recorder):
    await poller.run()
    metrics = recorder.metrics()
    assert metrics["credits.call_log.age", "graph-pstn"] == 0
    world.clock.forward(hours=2)
    poller.logs.fault = failing
    await poller.run()
    metrics = recorder.metrics()
    assert metrics["credits.call_log.age", "graph-pstn"] == 7_200
    assert metrics["credits.call_log.runs", "graph-pstn", "read"] == 1
    assert metrics["credits.call_log.runs", "graph-pstn", "failed"] == 1


async def test_calls_out_of_reach_are_reported(poller, world, recorder):
    await poller.run()
    world.clock.forward(days=91)
    await poller.run()
    assert recorder.metrics()["credits.call_log.runs", "graph-pstn", "gap"] == 1
    assert "out of reach" in recorder.everything()


async def failing(_tenant, _page):
    raise UnavailableError("away")
