"""The contract of the port `Queues` for waiting messages, for the fake and for the adapter on Azurite."""

from datetime import timedelta
from time import monotonic
from uuid import uuid4

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import AioHttpTransport

from local.host.queue_listeners import queue_service
from shared.adapters.queues.azure_queues import AzureQueues
from shared.ports import QueueLoad, UnavailableError
from tests.fakes.queues import FakeQueues

PATIENCE = 30.0

FOR_EVER = 9999
"""The year in which a message without a lifetime expires by the storage's answer."""


@pytest.fixture(params=["fake", "azurite"])
async def queues(request):
    """Queues, none of which exists."""
    if request.param == "fake":
        yield FakeQueues()
        return
    text = request.getfixturevalue("azurite")
    adapter = AzureQueues(lambda: queue_service(text, {}))
    yield adapter
    await adapter.close()


@pytest.fixture
async def name(azurite):
    """An empty queue."""
    made = f"q{uuid4().hex}"
    async with queue_service(azurite, {}) as service:
        await service.create_queue(made)
    return made


async def test_nothing_waits_in_an_empty_queue(queues, name):
    assert (await queues.measure(name)).messages == 0
    assert (await queues.measure(name)).oldest_age.total_seconds() == 0


async def test_nothing_waits_in_a_missing_queue(queues):
    found = await queues.measure("nowhere")
    assert (found.messages, found.oldest_age.total_seconds()) == (0, 0)


async def test_sent_messages_are_counted_and_stay(queues, name):
    for text in ("one", "two"):
        await queues.send(name, text)
    assert (await queues.measure(name)).messages == 2
    assert isinstance(await queues.measure(name), QueueLoad)
    assert (await queues.measure(name)).messages == 2


async def test_the_age_is_that_of_the_oldest_visible_message(azurite):
    """By the storage's clock, in whole seconds. Leased messages do not count."""
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


async def test_a_message_with_a_lifetime_expires_if_it_is_not_received(azurite):
    """A wake-up is sent again after its lifetime, when the earlier one must have expired."""
    async with queue_service(azurite, {}) as service:
        queue = await service.create_queue(f"q{uuid4().hex}")
        adapter = AzureQueues(lambda: queue_service(azurite, {}))
        await adapter.send_for(queue.queue_name, "short", timedelta(seconds=1))
        await adapter.send_for(queue.queue_name, "long", timedelta(minutes=10))
        deadline = monotonic() + PATIENCE
        while [message.content for message in await queue.peek_messages(5)] != ["long"]:
            assert monotonic() < deadline
        await adapter.close()


async def test_a_message_without_a_lifetime_never_expires(azurite):
    """By the storage's default it would expire after seven days, and a call would be free."""
    async with queue_service(azurite, {}) as service:
        queue = await service.create_queue(f"q{uuid4().hex}")
        adapter = AzureQueues(lambda: queue_service(azurite, {}))
        await adapter.send(queue.queue_name, "waits")
        await adapter.close()
        [message] = await queue.peek_messages()
        assert message.expires_on is not None
        assert message.expires_on.year == FOR_EVER


@pytest.mark.parametrize("lost", [1, 2], ids=["the count", "the peek"])
async def test_a_failed_measurement_is_an_outage_without_a_retry(azurite, name, monkeypatch, lost):
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


async def test_an_unreachable_storage_is_an_outage():
    text = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;QueueEndpoint=http://127.0.0.1:9/a;"
    adapter = AzureQueues(lambda: queue_service(text, {}))
    with pytest.raises(UnavailableError, match="queue usage"):
        await adapter.measure("usage")
    await adapter.close()
