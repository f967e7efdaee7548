import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from local.host.functions import Function
from local.host.queue_listener import QueueListener
from local.host.queue_listeners import open_listeners, queue_service
from local.host.settings import BadSettingError, QueueSettings

SETTINGS = QueueSettings(
    batch_size=4,
    new_batch_threshold=2,
    max_dequeue_count=3,
    visibility_timeout=timedelta(seconds=0),
    lease=timedelta(minutes=10),
)


class Bench:
    """A queue in Azurite, its function, and the messages that the function received."""

    def __init__(self, service, connection, name):
        self.service = service
        self.environment = {"Store": connection, "NAME": name}
        self.queue = service.get_queue_client(name)
        self.poison = service.get_queue_client(f"{name}-poison")

    async def listener(self, handler, ended, settings=SETTINGS):
        """Run the listener with *handler* until *ended* is set."""
        trigger = {"type": "queueTrigger", "name": "msg", "queueName": "%NAME%", "connection": "Store"}
        function = Function("usage", trigger, handler, timedelta(seconds=5))
        async with open_listeners([function], settings, self.environment) as (listener,), asyncio.timeout(10):
            await listener.run(ended)

    async def left(self, queue):
        """The number of messages in *queue*, leased ones included."""
        return (await queue.get_queue_properties()).approximate_message_count


@pytest.fixture
async def bench(azurite):
    async with queue_service(azurite, {}) as service:
        made = Bench(service, azurite, f"q-{uuid4().hex}")
        await made.queue.create_queue()
        yield made


async def test_a_message_is_deleted_once_its_handler_has_returned(bench):
    seen, ended = [], asyncio.Event()

    async def handler(msg):
        seen.append((msg.get_body(), msg.dequeue_count, msg.insertion_time is not None))
        ended.set()

    await bench.queue.send_message('{"é": 1}')
    await bench.listener(handler, ended)
    assert seen == [('{"é": 1}'.encode(), 1, True)]
    assert await bench.left(bench.queue) == 0


async def test_a_failing_message_is_retried_and_then_moved_to_the_poison_queue(bench):
    counts, ended = [], asyncio.Event()

    async def handler(msg):
        counts.append(msg.dequeue_count)
        if len(counts) == SETTINGS.max_dequeue_count:
            ended.set()
        raise ValueError("never")

    await bench.queue.send_message("not for us")
    await bench.listener(handler, ended)
    assert counts == [1, 2, 3]
    assert await bench.left(bench.queue) == 0
    poisoned = await bench.poison.receive_message()
    assert (poisoned.content, poisoned.dequeue_count) == ("not for us", 1)


async def test_a_message_delivered_too_often_is_moved_to_the_poison_queue_unhandled(bench):
    seen, ended = [], asyncio.Event()

    async def handler(msg):
        seen.append(msg.get_body())
        ended.set()

    await bench.queue.send_message("crashed whoever took it")
    for _ in range(SETTINGS.max_dequeue_count):
        taken = await bench.queue.receive_message()
        await bench.queue.update_message(taken, visibility_timeout=0)
    await bench.queue.send_message("well")
    await bench.listener(handler, ended)
    assert seen == [b"well"]
    assert [await bench.left(queue) for queue in (bench.queue, bench.poison)] == [0, 1]


async def test_the_delay_between_tries_is_the_visibility_timeout(bench):
    ended = asyncio.Event()

    async def handler(msg):
        ended.set()
        raise ValueError(msg.id)

    await bench.queue.send_message("later")
    patient = replace(SETTINGS, batch_size=1, new_batch_threshold=0, visibility_timeout=timedelta(hours=1))
    await bench.listener(handler, ended, patient)
    assert await bench.queue.receive_message() is None
    assert await bench.left(bench.queue) == 1


@pytest.mark.parametrize("text", ["%%%", "eyJhIjo", "/+8=", "\N{REPLACEMENT CHARACTER}<&>", "[" * 1000])
async def test_invalid_text_is_passed_to_the_handler(bench, text):
    seen, ended = [], asyncio.Event()

    async def handler(msg):
        seen.append(msg.get_body())
        ended.set()

    await bench.queue.send_message(text)
    await bench.listener(handler, ended)
    assert seen == [text.encode()]


async def test_the_lease_of_a_long_invocation_is_renewed(bench, monkeypatch):
    seen, ended, renewals = [], asyncio.Event(), asyncio.Semaphore(0)
    renew = QueueListener._renew

    async def renew_and_tell(listener, message):
        await renew(listener, message)
        renewals.release()

    async def handler(msg):
        seen.append(msg.dequeue_count)
        for _ in range(3):  # half a lease each: without renewals the message would have been delivered again
            await renewals.acquire()
        ended.set()

    monkeypatch.setattr(QueueListener, "_renew", renew_and_tell)
    await bench.queue.send_message("slow")
    await bench.listener(handler, ended, replace(SETTINGS, lease=timedelta(seconds=1)))
    assert seen == [1]
    assert await bench.left(bench.queue) == 0


async def test_concurrent_invocations_are_limited_by_batch_size_and_threshold(bench):
    running, most, done, ended = set(), [], [], asyncio.Event()

    async def handler(msg):
        running.add(msg.id)
        most.append(len(running))
        await asyncio.sleep(0)
        running.discard(msg.id)
        done.append(msg.id)
        if len(done) == 30:
            ended.set()

    for number in range(30):
        await bench.queue.send_message(str(number))
    await bench.listener(handler, ended)
    assert max(most) <= SETTINGS.batch_size + SETTINGS.new_batch_threshold
    assert len(set(done)) == 30


async def test_a_stopping_listener_waits_for_running_invocations(bench):
    ended, released, done = asyncio.Event(), asyncio.Event(), []

    async def handler(msg):
        ended.set()
        await released.wait()
        done.append(msg.id)

    await bench.queue.send_message("the last one")
    pumping = asyncio.create_task(bench.listener(handler, ended))
    await ended.wait()
    released.set()
    await pumping
    assert len(done) == 1
    assert await bench.left(bench.queue) == 0


async def test_a_binding_without_a_connection_is_rejected(bench):
    bench.environment.pop("Store")
    with pytest.raises(BadSettingError, match="Store"):
        await bench.listener(None, asyncio.Event())
