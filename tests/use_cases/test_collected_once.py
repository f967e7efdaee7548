"""What is collected is booked once, whichever way it comes, and however often."""

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from shared.adapters.storage.watermark_tables import WatermarkTables
from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.ports import CallLog, UnavailableError
from shared.service.collection import Collection, PolledLogs
from shared.use_cases.collection import poll_call_logs
from tests.fakes.call_logs import FakeCallLogs
from tests.fakes.table import FakeTable
from tests.fakes.world import ACCOUNT, START
from tests.tenant import event, report
from tests.use_cases.collected import FOLDER, STREAMED, Bridge, cdr, row
from tests.use_cases.sending_files import imported

PROFILE = json.dumps({"format": "chime-cdr", "accountOf": {"connector-1": ACCOUNT}})


@pytest.fixture
async def funded(tenant):
    await tenant.grant("100")
    await tenant.world.services.imports.put_profile("connectors", PROFILE)
    return tenant


@pytest.fixture
def poller(world):
    """A run of the poller, and the logs that it reads."""
    logs = FakeCallLogs(world.clock)
    polled = PolledLogs(logs, WatermarkTables(FakeTable()), (AccountId(ACCOUNT),), timedelta(hours=72))
    services = replace(world.services, collection=Collection(logs=polled))

    async def poll():
        await poll_call_logs.poll_call_logs(services)
        await world.drain()

    return poll, logs


async def debits(tenant):
    return len(await tenant.movements(kind="debit"))


async def test_a_row_that_is_polled_again_and_again_is_booked_once(funded, world, poller):
    poll, logs = poller
    for number in range(5):
        logs.add(ACCOUNT, row(f"r-{number}", "2026-03-01T11:50:00Z"), START + timedelta(hours=12 * number))
    for _ in range(60):
        await poll()
        world.clock.forward(hours=1)
    assert (await debits(funded), await funded.reasons()) == (5, [])


@pytest.mark.parametrize("seed", range(8))
async def test_every_row_is_booked_once_whatever_fails_and_however_late_it_comes(funded, world, poller, seed):
    """Runs come one hour to a day apart; requests to Graph and to the own queue fail at random."""
    (poll, logs), rng = poller, Random(seed)

    async def fails(*_):
        if rng.random() < 0.1:
            raise UnavailableError("at random")

    logs.fault = world.queues.fault = fails
    for number in range(60):
        began = START + timedelta(minutes=rng.randrange(8 * 24 * 60))
        visible = began + timedelta(minutes=rng.randrange(71 * 60))
        logs.add(ACCOUNT, row(f"r-{number}", instant_text(began)), visible)
    while world.clock.now() < START + timedelta(days=12):
        await poll()
        world.clock.forward(hours=rng.randint(1, 24))
    logs.fault = world.queues.fault = None
    await poll()
    assert (await debits(funded), await funded.reasons()) == (60, [])


async def test_a_row_of_the_poller_is_known_in_an_export_and_the_other_way_round(funded, world, poller):
    poll, logs = poller
    titles = "UsageId,Call Type,Caller ID,Destination Number,Start Time,Duration Seconds,AAD ObjectId,Capability,"
    titles += "User Location"
    polled_first, exported_first = row("p", "2026-03-01T11:50:00Z"), row("e", "2026-03-01T11:40:00Z")
    lines = "".join(
        f"{each['id']},user_out,{each['callerNumber']},{each['calleeNumber']},{each['startDateTime']},60,"
        f"{each['userId']},MCOPSTN1,US\n"
        for each in (polled_first, exported_first)
    )
    logs.add(ACCOUNT, polled_first, START)
    logs.add(ACCOUNT, exported_first, START + timedelta(hours=30))
    await poll()
    assert await imported(world, f"{titles}\n{lines}", "teams-pstn") == {
        "state": "done",
        "read": 2,
        "booked": 1,
        "duplicate": 1,
    }
    world.clock.forward(hours=30)
    await poll()
    assert (await debits(funded), await funded.reasons()) == (2, [])


async def test_direct_routing_costs_nothing_unless_a_profile_says_so(funded, poller):
    poll, logs = poller
    own = row("d", "2026-03-01T11:50:00Z", callType="ByotOut", successfulCall=True)
    logs.add(ACCOUNT, own, START, CallLog.DIRECT_ROUTING)
    await poll()
    assert (await debits(funded), await funded.reasons()) == (0, [])


async def test_a_record_of_chime_is_known_whether_an_object_or_a_message_brings_it(funded, world):
    bridge = Bridge(world, profile="connectors")
    bridge.put("t-1", "t-2", times=2)
    bridge.feed.put(f"{STREAMED}/t-1", json.dumps(cdr("t-1")).encode())
    bridge.feed.put(f"{FOLDER}/t-1-written-again", json.dumps(cdr("t-1", StatusMessage="OK")).encode())
    await bridge.run()
    await world.drain()
    data = {"format": "chime-cdr", "profile": "connectors", "records": [cdr("t-1"), cdr("t-3")]}
    await report(world, event("m-1", data, type="credits.usage.records.v1"))
    assert (await debits(funded), await funded.reasons()) == (3, [])


async def test_a_record_that_was_written_again_with_other_content_is_a_conflict(funded, world):
    bridge = Bridge(world, profile="connectors")
    bridge.put("t-1")
    await bridge.run()
    bridge.feed.put(f"{FOLDER}/t-1", json.dumps(cdr("t-1", BillableDurationSeconds=120)).encode())
    await bridge.run()
    await world.drain()
    assert (await debits(funded), await funded.reasons()) == (1, ["conflict"])


async def test_a_connector_that_no_profile_names_waits_in_suspense(funded, world):
    bridge = Bridge(world, profile="connectors")
    bridge.feed.put(f"{FOLDER}/x", json.dumps(cdr("x", VoiceConnectorId="new", AwsAccountId="2")).encode())
    await bridge.run()
    await world.drain()
    assert (await debits(funded), await funded.reasons()) == (0, ["unknown_account"])
