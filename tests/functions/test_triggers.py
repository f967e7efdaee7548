"""Queue and timer triggers pass each message unchanged to its use case."""

import json
from dataclasses import replace
from datetime import timedelta

import azure.functions as func
import pytest

from shared.adapters.storage.watermark_tables import WatermarkTables
from shared.kernel.ids import AccountId
from shared.ports import UnavailableError
from shared.service.collection import PolledLogs
from tests.fakes.call_logs import FakeCallLogs
from tests.fakes.table import FakeTable
from tests.fakes.world import ACCOUNT, START
from tests.functions.requests import functions, triggers
from tests.tenant import LEEDS, call, usd
from tests.use_cases.collected import Bridge, row, sent


class Timer:
    past_due = False


async def deliver(queue, body):
    """Pass *body* to the function of *queue*."""
    (reader,) = [name for name, trigger in triggers("queueTrigger").items() if trigger["queueName"] == queue]
    message = func.QueueMessage(id="1", body=body if isinstance(body, bytes) else json.dumps(body).encode())
    await functions()[reader].get_user_function()(message)


async def fire(timer):
    await functions()[timer].get_user_function()(Timer())


async def work_off(world):
    while world.queues.waiting:
        queue, text = world.queues.waiting.popleft()
        await deliver(queue, text.encode())


@pytest.mark.usefixtures("api")
async def test_a_call_leads_through_the_queues_to_a_charge_and_an_email(world, tenant):
    await tenant.set_administrators({"address": "ann@example.com", "roles": ["billing"]})
    await tenant.store_card()
    await tenant.grant("10.01")
    await tenant.set_auto_recharge(trigger=usd("10"))
    await deliver("usage", [call(called=LEEDS)])
    await work_off(world)
    assert await tenant.booked() == [("grant", "10.01"), ("debit", "-0.01"), ("recharge", "50")]
    assert len(world.mail.emails) == 1


@pytest.mark.usefixtures("api")
async def test_usage_poison_is_suspended(tenant):
    await deliver("usage-poison", call())
    assert await tenant.reasons() == ["poison"]


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("body", [b"\xff\xfe", b"", b"junk"])
async def test_bytes_are_passed_on_unchanged(tenant, body):
    await deliver("usage", body)
    assert await tenant.reasons() == ["unreadable"]


@pytest.mark.usefixtures("api")
async def test_a_failed_message_is_not_acknowledged(world, tenant):
    world.rates.down = True
    with pytest.raises(UnavailableError):
        await deliver("usage", call())
    assert await tenant.booked() == []


@pytest.mark.usefixtures("api")
@pytest.mark.parametrize("timer", ["nightly_expiry", "recharge_retries"])
async def test_both_timers_wake_due_accounts(world, tenant, timer):
    await tenant.grant("100")
    world.clock.forward(days=380)
    await fire(timer)
    await work_off(world)
    assert await tenant.booked("expiry") == [("expiry", "-100")]


@pytest.mark.usefixtures("api", "tenant")
async def test_the_nightly_audit_logs_its_findings(world, caplog):
    await fire("nightly_audit")
    await work_off(world)
    assert "ERROR" not in caplog.text
    del world.ledger.partitions["5f0c1f9e-0000-4000-8000-000000000001"]["a:head"]
    world.clock.forward(days=1)
    await fire("nightly_audit")
    await work_off(world)
    assert "the head is lost" in caplog.text


@pytest.mark.usefixtures("api")
async def test_the_retention_of_suspense_runs_by_the_services_clock(world, tenant):
    await deliver("usage", b"junk")
    world.clock.forward(days=401)
    await fire("suspense_retention")
    assert await tenant.reasons() == []


@pytest.mark.usefixtures("tenant")
async def test_the_timers_of_the_bridge_and_the_poller_collect_what_is_configured(api, world):
    bridge, logs = Bridge(world), FakeCallLogs(world.clock)
    bridge.put("t-1")
    logs.add(ACCOUNT, row("r-1", "2026-03-01T11:50:00Z"), START)
    polled = PolledLogs(logs, WatermarkTables(FakeTable()), (AccountId(ACCOUNT),), timedelta(hours=72))
    for timer in ("sqs_bridge", "graph_poller"):
        await fire(timer)
    assert sent(world) == []
    api.services = replace(bridge.services, collection=replace(bridge.services.collection, logs=polled))
    for timer in ("sqs_bridge", "graph_poller"):
        await fire(timer)
    assert [event["data"]["format"] for event in sent(world)] == ["chime-cdr", "graph-pstn"]
