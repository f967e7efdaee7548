"""How telephony systems deliver usage: one record a message or many, plain or in base64, some of them twice."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any, TypeAlias

from azure.storage.queue.aio import QueueClient, QueueServiceClient

from local.host.queue_listener import POISON
from local.host.queue_listeners import API_VERSION

USAGE = "usage"
BATCH_MAX = 40
"""Records in one message: with base64 well below the 64 KiB that a message may have."""

AT_ONCE = 16
TWICE_EACH = 30
"""One record of so many is sent a second time."""

ELSEWHERE = timezone(timedelta(hours=9))

Event: TypeAlias = dict[str, Any]


def again(event: Event) -> Event:
    """The same record as a sender may write it when it sends it once more: still the same call (CONTRACT 1)."""
    copy = deepcopy(event)
    copy["time"] = (datetime.fromisoformat(event["time"]) + timedelta(hours=2)).isoformat()
    copy["data"]["startedAt"] = datetime.fromisoformat(event["data"]["startedAt"]).astimezone(ELSEWHERE).isoformat()
    copy["data"]["carrier"] = "example"
    return copy


def doubled(events: Sequence[Event]) -> list[Event]:
    """The records that are sent twice, as they look the second time."""
    return [again(event) for event in events[::TWICE_EACH]]


def messages(random: Random, events: Iterable[object]) -> list[str]:
    """*events* in their order, half of the messages with one, half with up to `BATCH_MAX`; half of each in base64."""
    waiting, made = list(events), []
    while waiting:
        size = random.choice((1, random.randint(2, BATCH_MAX)))
        batch, waiting = waiting[:size], waiting[size:]
        text = json.dumps(batch[0] if size == 1 else batch)
        made.append(random.choice((text, b64encode(text.encode()).decode())))
    return made


async def drop(storage: str, texts: Iterable[str]) -> None:
    """Put every text onto the queue, several at once."""
    gate = asyncio.Semaphore(AT_ONCE)
    async with QueueClient.from_connection_string(storage, USAGE, api_version=API_VERSION) as queue:

        async def send(text: str) -> None:
            async with gate:
                await queue.send_message(text)

        await asyncio.gather(*map(send, texts))


async def given_up(storage: str) -> int:
    """Messages that the service gave up: those in poison queues."""
    count = 0
    async with QueueServiceClient.from_connection_string(storage, api_version=API_VERSION) as queues:
        async for found in queues.list_queues():
            if found.name.endswith(POISON):
                queue = queues.get_queue_client(found.name)
                count += (await queue.get_queue_properties()).approximate_message_count or 0
    return count
