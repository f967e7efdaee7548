"""A storage account is reached directly, whatever proxy the environment names: to read it costs time a request."""

from uuid import uuid4

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.storage.queue.aio import QueueServiceClient

from shared.wiring.clients import Identity, blob_service, queue_service
from tests.reading_settings import settings_of

NOBODY = "http://127.0.0.1:9"
"""A proxy at which nobody listens."""


@pytest.fixture
def settings(azurite, monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, NOBODY)
    return settings_of(CreditsStorage=azurite)


async def test_queues_and_blobs_are_reached_without_the_proxy(settings):
    name = f"q-{uuid4().hex}"
    async with queue_service(settings, Identity(settings)) as queues:
        queue = await queues.create_queue(name)
        await queue.send_message("arrived")
        assert [message.content for message in await queue.peek_messages()] == ["arrived"]
    async with blob_service(settings, Identity(settings)) as blobs:
        await blobs.create_container(name)
        assert [found.name async for found in blobs.list_containers(name_starts_with=name)] == [name]


async def test_a_client_of_the_library_would_use_it(settings, azurite):
    async with QueueServiceClient.from_connection_string(
        azurite, api_version=settings.queue_api_version, retry_total=0
    ) as queues:
        with pytest.raises(ServiceRequestError, match="9"):
            await queues.create_queue(f"q-{uuid4().hex}")
