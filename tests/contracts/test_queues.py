"""What the `Queues` port promises of what waits, of the fake and of the adapter on Azurite."""

from datetime import timedelta
from time import monotonic
from uuid import uuid4

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import AioHttpTransport

from local.host.queue_listeners import queue_service
from shared.adapters.queues.azure_queues import AzureQueues
from shared.ports import QueueLoad, UnavailableError
from tests.fakes.world import FakeQueues

PATIENCE = 30.0

FOR_EVER = 9999
"""The year in which the storage says that such a message ends."""


@pytest.fixture(params=["fake", "azurite"])
async def queues(request):
    """Queues, of which nobody has heard of any."""
    if request.param == "fake":
        yield FakeQueues()
        return
    text = request.getfixturevalue("azurite")
    adapter = AzureQueues(lambda: queue_service(text, {}))
    yield adapter
    await adapter.close()


@pytest.fixture
async def name(azurite):
    """A queue that is there, with nothing in it."""
    made = f"q{uuid4().hex}"
    async with queue_service(azurite, {}) as service:
        await service.create_queue(made)
    return made


async def test_nothing_waits_in_an_empty_queue(queues, name):
    assert (await queues.measure(name)).messages == 0
    assert (await queues.measure(name)).oldest_age.total_seconds() == 0


async def test_nothing_waits_in_a_queue_that_is_not_there(queues):
    found = await queues.measure("nowhere")
    assert (found.messages, found.oldest_age.total_seconds()) == (0, 0)


async def test_what_was_sent_is_counted_and_stays(queues, name):
    for text in ("one", "two"):
        await queues.send(name, text)
    assert (await queues.measure(name)).messages == 2
    assert isinstance(await queues.measure(name), QueueLoad)
    assert (await queues.measure(name)).messages == 2


async def test_the_oldest_message_that_anybody_could_take_grows_old(azurite):
    """By the storage's clock, in whole seconds. A leased message is somebody's, and has no age here."""
    async with queue_service(azurite, {}) as service:
        queue = await service.create_queue(f"q{uuid4().hex}")
        adapter = AzureQueues(lambda: queue_service(azurite, {}))
        await adapter.send(queue.queue_name, "waits")
        deadline = monotonic() + PATIENCE
        while (await adapter.measure(queue.queue_name)).oldest_age.total_seconds() < 1:
            assert monotonic() < deadline
        await queue.receive_message()
        found = await adapter.measure(queue.queue_name)
        assert (found.messages, found.oldest_age.total_seconds()) == (1, 0)
        await adapter.close()


async def test_a_message_with_a_lifetime_vanishes_when_nobody_has_taken_it(azurite):
    """A wake-up is sent again after its lifetime: the one before must be gone by then."""
    async with queue_service(azurite, {}) as service:
        queue = await service.create_queue(f"q{uuid4().hex}")
        adapter = AzureQueues(lambda: queue_service(azurite, {}))
        await adapter.send_for(queue.queue_name, "short", timedelta(seconds=1))
        await adapter.send_for(queue.queue_name, "long", timedelta(minutes=10))
        deadline = monotonic() + PATIENCE
        while [message.content for message in await queue.peek_messages(5)] != ["long"]:
            assert monotonic() < deadline
        await adapter.close()


async def test_a_message_waits_until_somebody_takes_it_and_never_vanishes(azurite):
    """Left to the storage it would be gone after seven days, and a call would be free."""
    async with queue_service(azurite, {}) as service:
        queue = await service.create_queue(f"q{uuid4().hex}")
        adapter = AzureQueues(lambda: queue_service(azurite, {}))
        await adapter.send(queue.queue_name, "waits")
        await adapter.close()
        [message] = await queue.peek_messages()
        assert message.expires_on is not None
        assert message.expires_on.year == FOR_EVER


@pytest.mark.parametrize("lost", [1, 2], ids=["the count", "the look"])
async def test_who_measures_asks_once_and_comes_back_later(azurite, name, monkeypatch, lost):
    sent, real = [], AioHttpTransport.send

    async def send(transport, request, **options):
        sent.append(request.url)
        if len(sent) == lost:
            raise ServiceRequestError("no connection")
        return await real(transport, request, **options)

    monkeypatch.setattr(AioHttpTransport, "send", send)
    adapter = AzureQueues(lambda: queue_service(azurite, {}))
    with pytest.raises(UnavailableError):
        await adapter.measure(name)
    await adapter.close()
    assert len(sent) == lost


async def test_a_storage_that_is_away_is_an_outage():
    text = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:9/a;"
    adapter = AzureQueues(lambda: queue_service(text, {}))
    with pytest.raises(UnavailableError, match="queue usage"):
        await adapter.measure("usage")
    await adapter.close()
