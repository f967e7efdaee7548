"""Waiting work is measured every minute; a queue that cannot be read is omitted."""

from shared.use_cases import measure_queues
from shared.use_cases.measure_queues import measure_queues as measure
from tests.tenant import event, report


async def test_the_measured_time_is_that_of_the_oldest_open_item(world, tenant, recorder):
    await report(world, event("old", {}, type="credits.usage.sms.v1"))
    world.clock.forward(days=3)
    await report(world, event("young", {}, type="credits.usage.sms.v1"))
    await measure(world.services, ())
    metrics = recorder.metrics()
    assert (metrics["credits.suspense.open",], metrics["credits.suspense.time_left",]) == (2, 397 * 86_400)
    assert await tenant.balance() == "0"


async def test_counting_stops_at_a_maximum(world, recorder, monkeypatch):
    assert measure_queues.OPEN_MAX == 1_000
    monkeypatch.setattr(measure_queues, "OPEN_MAX", 2)
    await report(world, *(event(name, {}, type="credits.usage.sms.v1") for name in "abc"))
    await measure(world.services, ())
    assert recorder.metrics()["credits.suspense.open",] == 2


async def test_an_unreadable_queue_does_not_prevent_measuring_the_others(world, recorder):
    world.queues.unread = {"usage"}
    world.queues.waiting.append(("notices", "{}"))
    await measure(world.services, ("usage", "notices"))
    metrics = recorder.metrics()
    assert ("credits.queue.messages", "usage") not in metrics
    assert metrics["credits.queue.messages", "notices"] == 1
    assert metrics["credits.queue.messages", "usage-poison"] == 0
