"""The queue `usage` from the sender's side, and when everything that was sent has been dealt with."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from types import TracebackType
from typing import Self

from azure.storage.queue import QueueServiceClient

from local.clock.idle import Idle, NotIdleError
from local.host.queue_listener import POISON
from local.host.queue_listeners import API_VERSION
from local.machine.machine import Machine

SENDERS = 6
BACKLOG = 200
"""Messages that may wait: enough for every host to be busy, few enough that sending goes on when one dies."""

LEASED_SECONDS = 30

LOOK = 0.05
PATIENCE = 120.0
"""Seconds without any message going before it is said that nothing moves."""


LONGEST = 300.0
"""Seconds. A message that is tried and alarmed for ever moves all the time, and comes nowhere."""


class StuckError(Exception):
    """Messages lie in queues, or work is under way, and nothing moves any more."""


class UsageQueue:
    """Sends to one machine's queue and counts what was sent."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._service = QueueServiceClient.from_connection_string(machine.storage, api_version=API_VERSION)
        self._usage = self._service.get_queue_client("usage")
        self._sent = 0
        self._more = threading.Condition()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._service.close()

    @property
    def sent(self) -> int:
        """How many messages have been sent so far."""
        return self._sent

    def send(self, texts: Sequence[str]) -> None:
        """Send all, several at once, never far ahead of who reads."""
        with ThreadPoolExecutor(SENDERS) as senders:
            for start in range(0, len(texts), BACKLOG // 4):
                list(senders.map(self._send_one, texts[start : start + BACKLOG // 4]))
                while self.waiting("usage") > BACKLOG:
                    sleep(LOOK)

    def _send_one(self, text: str) -> None:
        self._usage.send_message(text)
        with self._more:
            self._sent += 1
            self._more.notify_all()

    def until_sent(self, count: int) -> None:
        """Return when *count* messages have been sent."""
        with self._more:
            self._more.wait_for(lambda: self._sent >= count)

    def waiting(self, queue: str) -> int:
        """Messages in a queue, leased ones included."""
        return self._service.get_queue_client(queue).get_queue_properties().approximate_message_count or 0

    def give_up(self, queue: str) -> None:
        """Do what a host does after the last try of each message in *queue*: put it aside into the poison queue."""
        source, poison = (self._service.get_queue_client(name) for name in (queue, queue + POISON))
        for message in list(source.receive_messages(visibility_timeout=LEASED_SECONDS)):
            poison.send_message(message.content)
            source.delete_message(message)

    def left(self) -> dict[str, int]:
        """Every queue that is not empty, poison queues included."""
        counts = {queue.name: self.waiting(queue.name) for queue in self._service.list_queues()}
        return {name: count for name, count in counts.items() if count}

    def settle(self) -> None:
        """Return when nothing waits and nothing runs; StuckError when nothing moves for long, or all of it in vain."""
        seen, since = self.left(), monotonic()
        latest = since + LONGEST
        while seen:
            sleep(LOOK)
            now = self.left()
            if now != seen:
                seen, since = now, monotonic()
            if seen and monotonic() > min(latest, since + PATIENCE):
                raise StuckError(f"nothing moves: {seen}")
        hosts = [worker.address for worker in self._machine.workers]
        try:
            asyncio.run(Idle(self._machine.storage, hosts, self._machine.payments).wait())
        except NotIdleError as wrong:
            raise StuckError(str(wrong)) from wrong
