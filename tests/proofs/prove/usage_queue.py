"""Sends to the queue `usage`, and waits until every message has been processed."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from types import TracebackType
from typing import Self

from azure.storage.queue import QueueServiceClient

from local.clock.errors import NotIdleError
from local.clock.idle import Idle
from local.host.queue_listener import POISON
from local.host.queue_listeners import API_VERSION
from local.machine.machine import Machine

SENDERS = 6
BACKLOG = 200
"""Maximum waiting messages: enough to keep every host busy, few enough that sending continues when one is killed."""

LEASED_SECONDS = 30

POLL_SECONDS = 0.05
STUCK_SECONDS = 120.0
"""Seconds without progress after which the queues count as stuck."""


SETTLE_SECONDS = 300.0
"""Maximum seconds in all: a message that fails and is queued again for ever looks like progress."""


class StuckError(Exception):
    """Messages are in queues, or work is in progress, and nothing changes any longer."""


class UsageQueue:
    """Sends to one machine's usage queue and counts the messages sent."""

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
        """Send all, several at a time, at most BACKLOG ahead of the hosts."""
        with ThreadPoolExecutor(SENDERS) as senders:
            for start in range(0, len(texts), BACKLOG // 4):
                list(senders.map(self._send_one, texts[start : start + BACKLOG // 4]))
                while self.waiting("usage") > BACKLOG:
                    sleep(POLL_SECONDS)

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
        """The number of messages in a queue, leased ones included."""
        return self._service.get_queue_client(queue).get_queue_properties().approximate_message_count or 0

    def move_to_poison(self, queue: str) -> None:
        """Move each message in *queue* to its poison queue, as a host does after the last try."""
        source, poison = (self._service.get_queue_client(name) for name in (queue, queue + POISON))
        for message in list(source.receive_messages(visibility_timeout=LEASED_SECONDS)):
            poison.send_message(message.content)
            source.delete_message(message)

    def left(self) -> dict[str, int]:
        """Every queue that is not empty, poison queues included."""
        return self._left()

    def _left(self, ending: str = "") -> dict[str, int]:
        names = [queue.name for queue in self._service.list_queues() if queue.name.endswith(ending)]
        counts = {name: self.waiting(name) for name in names}
        return {name: count for name, count in counts.items() if count}

    def settle(self) -> None:
        """Return when no message waits and no work runs; raise StuckError when nothing changes or it takes too long.

        Idle counts what the hosts have still to do. A message in a poison queue that none of them takes counts here.
        """
        hosts = [worker.address for worker in self._machine.workers]
        idle = Idle(self._machine.storage, hosts, self._machine.payments)
        left: dict[str, int] = {}
        since, latest = monotonic(), monotonic() + SETTLE_SECONDS
        while True:
            try:
                asyncio.run(idle.wait())
            except NotIdleError as wrong:
                raise StuckError(str(wrong)) from wrong
            now = self._left(POISON)
            if not now:
                return
            if now != left:
                left, since = now, monotonic()
            if monotonic() > min(latest, since + STUCK_SECONDS):
                raise StuckError(f"messages are stuck: {left}")
            sleep(POLL_SECONDS)
