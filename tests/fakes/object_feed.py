"""The port `ObjectFeed` in memory, with a dead-letter queue; tests/contracts check that it keeps the contract."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import quote_plus

from shared.ports import Announcement, ObjectUnreadableError, StoredObject, UnavailableError

RECEIVED_MAX = 10


@dataclass(slots=True)
class Waiting:
    id: str
    body: str
    receives: int = 0
    receipt: str | None = None  # of the delivery under way; None: visible


class FakeObjectFeed:
    """`lapse` makes everything visible again, as time does. `fault` is asked before and after each request."""

    def __init__(self, rng: Random | None = None, receives_max: int = 5) -> None:
        self.waiting: list[Waiting] = []
        self.dead: list[Waiting] = []
        self.objects: dict[StoredObject, bytes] = {}
        self.undeletable: set[str] = set()
        self.prolonged: list[str] = []
        self.is_prolonged = asyncio.Event()
        self.fault: Callable[[str], Awaitable[None]] | None = None
        self.hidden = timedelta(minutes=5)
        self._rng, self._receives_max, self._numbers = rng, receives_max, itertools.count(1)

    @property
    def hidden_for(self) -> timedelta:
        return self.hidden

    def put(self, key: str, content: bytes, *, times: int = 1) -> StoredObject:
        where = StoredObject("cdrs", key)
        self.objects[where] = content
        for _ in range(times):
            self.announce(notification(where))
        return where

    def announce(self, body: object) -> str:
        name = f"m{next(self._numbers)}"
        self.waiting.append(Waiting(name, body if isinstance(body, str) else json.dumps(body)))
        return name

    def lapse(self) -> None:
        for message in self.waiting:
            message.receipt = None

    async def receive(self) -> Sequence[Announcement]:
        await self._ask("receive")
        if self._rng:
            self._rng.shuffle(self.waiting)
        taken: list[Announcement] = []
        for message in [each for each in self.waiting if each.receipt is None]:
            if message.receives == self._receives_max:
                self.waiting.remove(message)
                self.dead.append(message)
            elif len(taken) < RECEIVED_MAX:
                message.receives += 1
                message.receipt = f"r{next(self._numbers)}"
                taken.append(Announcement(message.id, message.receipt, message.body))
        await self._ask("received")
        return taken

    async def prolong(self, announcements: Sequence[Announcement]) -> None:
        await self._ask("prolong")
        self.prolonged += [each.id for each in announcements]
        self.is_prolonged.set()

    async def delete(self, announcements: Sequence[Announcement]) -> Sequence[Announcement]:
        await self._ask("delete")
        receipts = {each.receipt for each in announcements if each.id not in self.undeletable}
        self.waiting = [each for each in self.waiting if each.receipt not in receipts]
        await self._ask("deleted")
        return [each for each in announcements if each.id in self.undeletable]

    async def read(self, where: StoredObject, most: int) -> bytes:
        await self._ask("read")
        if where not in self.objects:
            raise ObjectUnreadableError("NoSuchKey")
        if len(self.objects[where]) > most:
            raise ObjectUnreadableError(f"larger than {most} bytes")
        return self.objects[where]

    async def _ask(self, step: str) -> None:
        if self.fault:
            await self.fault(step)


def notification(*places: StoredObject, event: str = "ObjectCreated:Put") -> dict[str, Any]:
    """What S3 sends when objects are created; the key is form-encoded."""

    def record(where: StoredObject) -> dict[str, Any]:
        found = {"key": quote_plus(where.key, safe="/"), "size": 1, "eTag": "e", "sequencer": "005F68CDB4EBDE5916"}
        if where.version:
            found["versionId"] = where.version
        return {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": "us-east-1",
            "eventTime": "2026-03-01T11:58:38.872Z",
            "eventName": event,
            "s3": {"s3SchemaVersion": "1.0", "bucket": {"name": where.bucket}, "object": found},
        }

    return {"Records": [record(where) for where in places]}


def failing(step: str, times: int = 1) -> Callable[[str], Awaitable[None]]:
    """A fault that is an outage at *step*, the first *times* times."""
    left = [times]

    async def fault(reached: str) -> None:
        if reached == step and left[0]:
            left[0] -= 1
            raise UnavailableError(f"no answer to {step}")

    return fault
