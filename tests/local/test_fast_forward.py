import asyncio
import re
from datetime import UTC, datetime, timedelta

import azure.functions as func
import httpx
import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from local.clock import LocalClock
from local.clock import idle as idle_module
from local.clock.app import ClockControl, clock_app
from local.clock.fast_forward import EXPIRY, ONCE_A_NIGHT, RETRIES, FastForward
from local.clock.progress import ProgressReader
from local.host.functions import functions_of
from local.host.http import http_app
from local.host.queue_listeners import queue_service
from local.machine.azurite import azurite as run_azurite
from shared.kernel.times import instant_text, parse_instant
from tests.serving import serving

NEW_YEAR = datetime(2031, 1, 1, 12, 0, tzinfo=UTC)


class World:
    """A service whose timers only record what they do; due alarms are deleted."""

    def __init__(self, clock, storage):
        self.clock = clock
        self.storage = storage
        self.fired: list[tuple[str, str]] = []
        self.webhooks = 0
        self.delivered = asyncio.Event()
        self.ignores_alarms = False

    async def wake(self, name):
        self.fired.append((name, instant_text(self.clock.now().replace(microsecond=0))))
        async with TableServiceClient.from_connection_string(self.storage) as service:
            table = service.get_table_client("Alarms")
            try:
                rows = [row async for row in table.list_entities()]
            except ResourceNotFoundError:
                return
            for row in rows:
                if not self.ignores_alarms and parse_instant(row["RowKey"].partition("|")[0]) <= self.clock.now():
                    await table.delete_entity(row)

    def app(self):
        blueprint = func.Blueprint()

        def timer(name):
            async def fire(timer):
                assert not timer.past_due
                await self.wake(name)

            blueprint.function_name(name)(blueprint.timer_trigger("timer", "0 0 0 * * *")(fire))

        for name in (RETRIES, EXPIRY, *ONCE_A_NIGHT):
            timer(name)
        app = func.FunctionApp()
        app.register_functions(blueprint)
        host = http_app(functions_of(app, timedelta(seconds=10)), "api", ["usage-poison"])

        async def status(request):
            self.webhooks -= 1
            if self.webhooks == 0:
                self.delivered.set()
            return JSONResponse({"pendingWebhooks": max(0, self.webhooks), "asked": request.method})

        return Starlette(routes=[Route("/_control/status", status), Mount("/", host)])


@pytest.fixture(scope="module")
def storage(tmp_path_factory):
    with run_azurite(tmp_path_factory.mktemp("clock"), None) as connection:
        yield connection


@pytest.fixture
async def world(tmp_path, storage):
    clock = LocalClock(tmp_path / "clock")
    clock.move(NEW_YEAR)
    return World(clock, storage)


@pytest.fixture
async def control(world, tmp_path):
    async with serving(world.app()) as address:
        forward = FastForward(world.clock, world.storage, [address], address, tmp_path / "progress")
        app = clock_app(ClockControl(world.clock, lambda: forward))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://clock", timeout=30) as http:
            yield http


async def alarms(storage, *names):
    async with TableServiceClient.from_connection_string(storage) as service:
        table = await service.create_table_if_not_exists("Alarms")
        async for row in table.list_entities():
            await table.delete_entity(row)
        for shard, name in enumerate(names):
            await table.create_entity({"PartitionKey": f"{shard:02}", "RowKey": name})


async def test_the_clock_shows_its_time_and_how_far_it_is_ahead(control):
    shown = (await control.get("/")).json()
    assert parse_instant(shown["now"]) - NEW_YEAR < timedelta(seconds=10)
    assert shown["offsetSeconds"] > 0


async def test_a_move_goes_from_alarm_to_alarm_and_skips_idle_nights(world, control):
    await alarms(
        world.storage,
        "2031-01-01T18:00:00Z|a",
        "2031-03-01T02:05:00Z|b",
        "2031-03-01T02:04:00Z|a",
        "2033-01-01T00:00:00Z|c",
    )
    answer = await control.put("/", json={"now": "2031-06-01T00:00:00+02:00"})
    assert answer.json()["now"].startswith("2031-05-31T22:00:")
    assert world.fired == [
        ("recharge_retries", "2031-01-01T18:00:00Z"),
        ("nightly_expiry", "2031-03-01T02:04:00Z"),  # nights were crossed on the way
        ("nightly_expiry", "2031-03-01T02:05:00Z"),
        ("nightly_expiry", "2031-05-31T22:00:00Z"),
        ("nightly_audit", "2031-05-31T22:00:00Z"),
        ("suspense_retention", "2031-05-31T22:00:00Z"),
        ("call_record_retention", "2031-05-31T22:00:00Z"),
    ]


async def test_within_one_day_no_night_is_fired(world, control):
    await alarms(world.storage, "2031-01-01T12:00:00Z|late")
    await control.put("/", json={"now": "2031-01-01T23:00:00Z"})
    assert [name for name, _ in world.fired] == ["recharge_retries"]


async def test_webhooks_and_messages_are_waited_for(world, control):
    await alarms(world.storage)
    world.webhooks = 3
    async with queue_service(world.storage, {}) as service:
        queue = await service.create_queue("usage")
        await queue.send_message("on its way")
        moving = asyncio.create_task(control.put("/", json={"now": "2031-01-02T00:00:00Z"}))
        await world.delivered.wait()
        assert not moving.done()
        await queue.clear_messages()
        assert (await moving).status_code == 200
        await queue.delete_queue()


async def test_a_served_poison_queue_is_waited_for_and_others_are_not(world, control, monkeypatch):
    monkeypatch.setattr(idle_module, "IDLE_SECONDS", 0.1)
    await alarms(world.storage)
    async with queue_service(world.storage, {}) as service:
        dead, served = await service.create_queue("notices-poison"), await service.create_queue("usage-poison")
        await dead.send_message("stays")
        assert (await control.put("/", json={"now": "2031-01-01T13:00:00Z"})).status_code == 200
        await served.send_message("will be kept")
        assert (await control.put("/", json={"now": "2031-01-01T14:00:00Z"})).status_code == 504
        await served.receive_message()
        assert (await control.put("/", json={"now": "2031-01-01T15:00:00Z"})).status_code == 200
        for queue in (dead, served):
            await queue.delete_queue()


async def test_what_never_becomes_idle_is_named(world, control, monkeypatch):
    monkeypatch.setattr(idle_module, "IDLE_SECONDS", 0.1)
    async with queue_service(world.storage, {}) as service:
        queue = await service.create_queue("notices")
        await queue.send_message("stuck")
        answer = await control.put("/", json={"now": "2031-01-02T00:00:00Z"})
        await queue.delete_queue()
    assert answer.status_code == 504
    assert "1 message in the queue notices" in answer.json()["detail"]


async def test_an_alarm_that_stays_is_named(world, control):
    await alarms(world.storage, "2031-01-01T13:00:00Z|stubborn")
    world.ignores_alarms = True
    answer = await control.put("/", json={"now": "2031-01-02T00:00:00Z"})
    assert answer.status_code == 504
    assert "2031-01-01T13:00:00Z|stubborn" in answer.json()["detail"]


async def test_an_unreadable_target_is_refused(world, control):
    for body in ('{"now": "2032-01-01"}', '{"now": 7}', "[]", "{}", "tomorrow"):
        answer = await control.put("/", content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
        assert answer.headers["content-type"] == "application/problem+json"
    assert world.fired == []


async def test_a_move_backwards_is_refused_with_both_times_and_the_way_back(world, control):
    answer = await control.put("/", json={"now": "2030-12-31T00:00:00Z"})
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (problem["code"], problem["title"]) == ("invalid_request", "Bad Request")
    assert re.fullmatch(
        r"The clock only moves forward; it is 2031-01-01T12:\S+Z, and 2030-12-31T00:00:00Z is before that\."
        r" To return to real time, start again with ./dev up --fresh, .*",
        problem["detail"],
    )
    assert [(flaw["pointer"], flaw["code"]) for flaw in problem["errors"]] == [("/now", "backwards")]
    assert world.fired == []


async def test_a_move_that_has_become_one_backwards_while_it_waited_is_refused(world, control):
    await alarms(world.storage)
    far = asyncio.create_task(control.put("/", json={"now": "2032-01-01T00:00:00Z"}))
    near = asyncio.create_task(control.put("/", json={"now": "2031-06-01T00:00:00Z"}))
    assert [(await far).status_code, (await near).status_code] == [200, 400]


async def test_the_progress_file_has_the_outcome_of_a_move(world, control, tmp_path):
    await alarms(world.storage, "2031-01-01T13:00:00Z|stubborn")
    world.ignores_alarms = True
    lines: list[str] = []
    reader = ProgressReader(tmp_path / "progress", lines.append)
    await control.put("/", json={"now": "2031-01-02T00:00:00Z"})
    reader.check()
    world.ignores_alarms = False
    await control.put("/", json={"now": "2031-01-02T00:00:00Z"})
    reader.check()
    assert lines[0].startswith("clock: stopped at 2031-01-01 13:00, on the way to 2031-01-02 00:00: the alarm 2031-")
    assert lines[1:] == ["clock: it is 2031-01-02 00:00 now, and everything that was due is done"]
