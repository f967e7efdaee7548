"""The contract of the port `PoisonQueues` for requeueing messages, on Azurite."""

from uuid import uuid4

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue.aio import QueueClient

from local.host.queue_listeners import queue_service
from shared.adapters.queues.azure_poison import POISON, AzurePoisonQueues
from shared.ports import UnavailableError

TEXTS = ["one", "two", "three"]


@pytest.fixture
async def service(azurite):
    async with queue_service(azurite, {}) as opened:
        yield opened


@pytest.fixture
async def poisoned(service):
    """The name of a missing queue whose poison queue contains messages."""
    name = f"q{uuid4().hex}"
    poison = await service.create_queue(name + POISON)
    for text in TEXTS:
        await poison.send_message(text)
    return name


async def texts(queue):
    return sorted([message.content async for message in queue.receive_messages()])


async def test_poison_messages_are_requeued(service, poisoned):
    queue = await service.create_queue(poisoned)
    assert await AzurePoisonQueues(service).move_back(poisoned) == len(TEXTS)
    assert await texts(queue) == sorted(TEXTS)
    assert await AzurePoisonQueues(service).move_back(poisoned) == 0


async def test_waiting_messages_are_counted_for_each_queue_and_its_poison_queue(service, poisoned):
    await service.create_queue(poisoned)
    empty, poison = await AzurePoisonQueues(service).waiting([poisoned])
    assert (empty.queue, empty.messages, empty.since) == (poisoned, 0, None)
    assert (poison.queue, poison.messages) == (poisoned + POISON, len(TEXTS))
    [first] = await service.get_queue_client(poisoned + POISON).peek_messages()
    assert poison.since == first.inserted_on


async def test_missing_queues_are_empty(service):
    found = await AzurePoisonQueues(service).waiting(["nowhere"])
    assert [(each.queue, each.messages, each.since) for each in found] == [
        ("nowhere", 0, None),
        ("nowhere" + POISON, 0, None),
    ]


async def test_messages_that_arrive_during_requeueing_are_left_for_the_next_time(service, poisoned, monkeypatch):
    """A message that fails again at once must not be requeued for ever."""
    queue, delete = await service.create_queue(poisoned), QueueClient.delete_message
    poison = service.get_queue_client(poisoned + POISON)

    async def and_fails_again(client, message):
        await delete(client, message)
        await poison.send_message(message.content)

    monkeypatch.setattr(QueueClient, "delete_message", and_fails_again)
    assert await AzurePoisonQueues(service).move_back(poisoned) == len(TEXTS)
    assert await texts(queue) == sorted(TEXTS)
    assert await texts(poison) == sorted(TEXTS)


async def test_a_message_is_hidden_for_a_minute_while_it_is_requeued(service, poisoned, monkeypatch):
    """A process that crashes in between leaves the message hidden for a minute."""
    await service.create_queue(poisoned)
    hidden = []

    async def die(_client, message):
        hidden.append((message.next_visible_on - message.inserted_on).total_seconds())
        raise ResourceNotFoundError

    monkeypatch.setattr(QueueClient, "delete_message", die)
    await AzurePoisonQueues(service).move_back(poisoned)
    assert len(hidden) == len(TEXTS)
    assert all(60 <= seconds < 120 for seconds in hidden)


async def test_a_requeued_message_never_expires(service, poisoned):
    queue = await service.create_queue(poisoned)
    await AzurePoisonQueues(service).move_back(poisoned)
    assert {message.expires_on.year for message in await queue.peek_messages(max_messages=5)} == {9999}


async def test_a_missing_poison_queue_is_empty(service):
    assert await AzurePoisonQueues(service).move_back("nowhere") == 0


async def test_messages_cannot_be_requeued_to_a_missing_queue(service, poisoned):
    with pytest.raises(UnavailableError):
        await AzurePoisonQueues(service).move_back(poisoned)
    [poison, *_] = [
        each for each in await AzurePoisonQueues(service).waiting([poisoned]) if each.queue.endswith(POISON)
    ]
    assert poison.messages == len(TEXTS)


async def test_a_message_removed_meanwhile_does_not_prevent_requeueing_others(service, poisoned, monkeypatch):
    queue, delete = await service.create_queue(poisoned), QueueClient.delete_message

    async def behind_somebody_else(client, message):
        await delete(client, message)
        await delete(client, message)

    monkeypatch.setattr(QueueClient, "delete_message", behind_somebody_else)
    assert await AzurePoisonQueues(service).move_back(poisoned) == len(TEXTS)
    monkeypatch.undo()
    assert await texts(queue) == sorted(TEXTS)
