import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import azure.functions as func
import httpx
import pytest
import uvicorn
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from local.clock import LocalClock
from local.clock import idle as quiet_module
from local.clock.app import clock_app
from local.clock.fast_forward import FastForward
from local.host.functions import functions_of
from local.host.http import http_app
from local.host.queue_listeners import queue_service
from local.machine.azurite import azurite as run_azurite
from local.machine.loopback import ANY_PORT, Server, address_of, open_port
from shared.kernel.times import instant_text, parse_instant

NEW_YEAR = datetime(2031, 1, 1, 12, 0, tzinfo=UTC)


class World:
    """A service of three timers that only write down what they do; due alarms are deleted."""

    def __init__(self, clock, storage):
        self.clock = clock
        self.storage = storage
        self.fired: list[tuple[str, str]] = []
        self.webhooks = 0
        self.delivered = asyncio.Event()
        self.deaf = False

    async def wake(self, name):
        self.fired.append((name, instant_text(self.clock.now().replace(microsecond=0))))
        async with TableServiceClient.from_connection_string(self.storage) as service:
            table = service.get_table_client("Alarms")
            try:
                rows = [row async for row in table.list_entities()]
            except ResourceNotFoundError:
                return
            for row in rows:
                if not self.deaf and parse_instant(row["RowKey"].partition("|")[0]) <= self.clock.now():
                    await table.delete_entity(row)

    def app(self):
        blueprint = func.Blueprint()

        def timer(name):
            async def fire(timer):
                assert not timer.past_due
                await self.wake(name)

            blueprint.function_name(name)(blueprint.timer_trigger("timer", "0 0 0 * * *")(fire))

        for name in ("recharge_retries", "nightly_expiry", "nightly_audit", "suspense_retention"):
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


@asynccontextmanager
async def serving(app):
    door = open_port(ANY_PORT)
    server = Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
    task = asyncio.create_task(server.serve([door]))
    try:
        yield address_of(door)
    finally:
        server.should_exit = True
        await task


@pytest.fixture(scope="module")
def storage(tmp_path_factory):
    with run_azurite(tmp_path_factory.mktemp("journey"), None) as connection:
        yield connection


@pytest.fixture
async def world(tmp_path, storage):
    clock = LocalClock(tmp_path / "clock")
    clock.move(NEW_YEAR)
    return World(clock, storage)


@pytest.fixture
async def control(world):
    async with serving(world.app()) as address:
        app = clock_app(world.clock, FastForward(world.clock, world.storage, [address], address))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://clock", timeout=30) as http:
            yield http


async def alarms(storage, *names):
    async with TableServiceClient.from_connection_string(storage) as service:
        table = await service.create_table_if_not_exists("Alarms")
        async for row in table.list_entities():
            await table.delete_entity(row)
        for shard, name in enumerate(names):
            await table.create_entity({"PartitionKey": f"{shard:02}", "RowKey": name})


async def test_the_clock_tells_its_time_and_how_far_it_is_ahead(control):
    told = (await control.get("/")).json()
    assert parse_instant(told["now"]) - NEW_YEAR < timedelta(seconds=10)
    assert told["offsetSeconds"] > 0


async def test_a_journey_goes_from_alarm_to_alarm_and_passes_idle_nights_over(world, control):
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
        travelling = asyncio.create_task(control.put("/", json={"now": "2031-01-02T00:00:00Z"}))
        await world.delivered.wait()
        assert not travelling.done()
        await queue.clear_messages()
        assert (await travelling).status_code == 200
        await queue.delete_queue()


async def test_a_served_poison_queue_is_waited_for_and_others_are_not(world, control, monkeypatch):
    monkeypatch.setattr(quiet_module, "IDLE_SECONDS", 0.1)
    await alarms(world.storage)
    async with queue_service(world.storage, {}) as service:
        dead, served = await service.create_queue("notices-poison"), await service.create_queue("usage-poison")
        await dead.send_message("nobody looks")
        assert (await control.put("/", json={"now": "2031-01-01T13:00:00Z"})).status_code == 200
        await served.send_message("will be buried")
        assert (await control.put("/", json={"now": "2031-01-01T14:00:00Z"})).status_code == 504
        await served.receive_message()
        assert (await control.put("/", json={"now": "2031-01-01T15:00:00Z"})).status_code == 200
        for queue in (dead, served):
            await queue.delete_queue()


async def test_what_never_gets_quiet_is_named(world, control, monkeypatch):
    monkeypatch.setattr(quiet_module, "IDLE_SECONDS", 0.1)
    async with queue_service(world.storage, {}) as service:
        queue = await service.create_queue("notices")
        await queue.send_message("stuck")
        answer = await control.put("/", json={"now": "2031-01-02T00:00:00Z"})
        await queue.delete_queue()
    assert answer.status_code == 504
    assert "1 messages in the queue notices" in answer.json()["detail"]


async def test_an_alarm_that_will_not_go_is_named(world, control):
    await alarms(world.storage, "2031-01-01T13:00:00Z|stubborn")
    world.deaf = True
    answer = await control.put("/", json={"now": "2031-01-02T00:00:00Z"})
    assert answer.status_code == 504
    assert "2031-01-01T13:00:00Z|stubborn" in answer.json()["detail"]


async def test_a_target_in_the_past_or_unreadable_is_refused(world, control):
    for body in ('{"now": "2030-12-31T00:00:00Z"}', '{"now": "2032-01-01"}', '{"now": 7}', "[]", "{}", "tomorrow"):
        answer = await control.put("/", content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
        assert answer.headers["content-type"] == "application/problem+json"
    assert world.fired == []
