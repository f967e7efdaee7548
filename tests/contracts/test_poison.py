"""What the port `PoisonQueues` promises of giving messages back, on Azurite."""

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
    """A queue that is not there, and what its poison queue holds."""
    name = f"q{uuid4().hex}"
    poison = await service.create_queue(name + POISON)
    for text in TEXTS:
        await poison.send_message(text)
    return name


async def texts(queue):
    return sorted([message.content async for message in queue.receive_messages()])


async def test_what_lies_there_is_given_back(service, poisoned):
    queue = await service.create_queue(poisoned)
    assert await AzurePoisonQueues(service).move_back(poisoned) == len(TEXTS)
    assert await texts(queue) == sorted(TEXTS)
    assert await AzurePoisonQueues(service).move_back(poisoned) == 0


async def test_what_waits_is_told_of_each_queue_and_of_its_poison_queue(service, poisoned):
    await service.create_queue(poisoned)
    empty, poison = await AzurePoisonQueues(service).waiting([poisoned])
    assert (empty.queue, empty.messages, empty.since) == (poisoned, 0, None)
    assert (poison.queue, poison.messages) == (poisoned + POISON, len(TEXTS))
    [first] = await service.get_queue_client(poisoned + POISON).peek_messages()
    assert poison.since == first.inserted_on


async def test_queues_that_are_not_there_are_empty(service):
    found = await AzurePoisonQueues(service).waiting(["nowhere"])
    assert [(each.queue, each.messages, each.since) for each in found] == [
        ("nowhere", 0, None),
        ("nowhere" + POISON, 0, None),
    ]


async def test_what_comes_while_messages_are_given_back_is_left_for_the_next_time(service, poisoned, monkeypatch):
    """A message that fails again at once must not go round for ever."""
    queue, delete = await service.create_queue(poisoned), QueueClient.delete_message
    poison = service.get_queue_client(poisoned + POISON)

    async def and_fails_again(client, message):
        await delete(client, message)
        await poison.send_message(message.content)

    monkeypatch.setattr(QueueClient, "delete_message", and_fails_again)
    assert await AzurePoisonQueues(service).move_back(poisoned) == len(TEXTS)
    assert await texts(queue) == sorted(TEXTS)
    assert await texts(poison) == sorted(TEXTS)


async def test_a_message_is_out_of_sight_for_a_minute_while_it_is_given_back(service, poisoned, monkeypatch):
    """Whoever dies in between leaves it behind: hidden for a minute, then there again."""
    await service.create_queue(poisoned)
    hidden = []

    async def die(_client, message):
        hidden.append((message.next_visible_on - message.inserted_on).total_seconds())
        raise ResourceNotFoundError

    monkeypatch.setattr(QueueClient, "delete_message", die)
    await AzurePoisonQueues(service).move_back(poisoned)
    assert len(hidden) == len(TEXTS)
    assert all(60 <= seconds < 120 for seconds in hidden)


async def test_what_is_given_back_never_vanishes(service, poisoned):
    queue = await service.create_queue(poisoned)
    await AzurePoisonQueues(service).move_back(poisoned)
    assert {message.expires_on.year for message in await queue.peek_messages(max_messages=5)} == {9999}


async def test_a_poison_queue_that_is_not_there_holds_nothing(service):
    assert await AzurePoisonQueues(service).move_back("nowhere") == 0


async def test_a_queue_that_is_not_there_takes_nothing_back(service, poisoned):
    with pytest.raises(UnavailableError):
        await AzurePoisonQueues(service).move_back(poisoned)
    [poison, *_] = [
        each for each in await AzurePoisonQueues(service).waiting([poisoned]) if each.queue.endswith(POISON)
    ]
    assert poison.messages == len(TEXTS)


async def test_what_somebody_else_removed_meanwhile_keeps_nothing_from_being_given_back(service, poisoned, monkeypatch):
    queue, delete = await service.create_queue(poisoned), QueueClient.delete_message

    async def behind_somebody_else(client, message):
        await delete(client, message)
        await delete(client, message)

    monkeypatch.setattr(QueueClient, "delete_message", behind_somebody_else)
    assert await AzurePoisonQueues(service).move_back(poisoned) == len(TEXTS)
    monkeypatch.undo()
    assert await texts(queue) == sorted(TEXTS)
