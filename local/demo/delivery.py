"""How telephony systems deliver usage: one record a message or many, plain or in base64, some of them twice."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, TypeAlias

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from local.host.queue_listener import POISON
from local.host.queue_listeners import API_VERSION

USAGE = "usage"
BATCH_MAX = 40
"""Records in one message: with base64 well below the 64 KiB that a message may have."""

CONCURRENCY = 16
REPEATED_EVERY = 30
"""One record in this many is sent a second time."""

OTHER_ZONE = timezone(timedelta(hours=9))

Event: TypeAlias = dict[str, Any]


def sent_again(event: Event) -> Event:
    """A copy of the record with the differences that a repeat may have: still the same call (CONTRACT 1)."""
    copy = deepcopy(event)
    copy["time"] = (datetime.fromisoformat(event["time"]) + timedelta(hours=2)).isoformat()
    copy["data"]["startedAt"] = datetime.fromisoformat(event["data"]["startedAt"]).astimezone(OTHER_ZONE).isoformat()
    copy["data"]["carrier"] = "example"
    return copy


def repeated(events: Sequence[Event]) -> list[Event]:
    """The second copies of the records that are sent twice."""
    return [sent_again(event) for event in events[::REPEATED_EVERY]]


def messages(random: Random, events: Iterable[object]) -> list[str]:
    """Messages with *events*, in order: half with one event, half with up to `BATCH_MAX`; half of each in base64."""
    waiting, made = list(events), []
    while waiting:
        size = random.choice((1, random.randint(2, BATCH_MAX)))
        batch, waiting = waiting[:size], waiting[size:]
        text = json.dumps(batch[0] if size == 1 else batch)
        made.append(random.choice((text, b64encode(text.encode()).decode())))
    return made


async def send_all(storage: str, texts: Iterable[str]) -> None:
    """Put every text onto the queue, several at once."""
    limit = asyncio.Semaphore(CONCURRENCY)
    async with QueueClient.from_connection_string(storage, USAGE, api_version=API_VERSION) as queue:

        async def send(text: str) -> None:
            async with limit:
                await queue.send_message(text)

        await asyncio.gather(*map(send, texts))


async def messages_in(storage: str, names: Iterable[str]) -> dict[str, int]:
    """How many messages, visible or leased, are in each queue."""
    counts = dict.fromkeys(names, 0)
    async with QueueServiceClient.from_connection_string(storage, api_version=API_VERSION) as queues:
        for name in counts:
            try:
                properties = await queues.get_queue_client(name).get_queue_properties()
            except ResourceNotFoundError:  # a poison queue is created with its first message
                continue
            counts[name] = properties.approximate_message_count or 0
    return counts


async def poison_messages(storage: str) -> int:
    """How many messages are in all poison queues: messages that failed too often."""
    async with QueueServiceClient.from_connection_string(storage, api_version=API_VERSION) as queues:
        names = [queue.name async for queue in queues.list_queues() if queue.name.endswith(POISON)]
    return sum((await messages_in(storage, names)).values())
