"""Queues with the rules of Azure's listener: leases, counted deliveries, poison queues after the last try."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from shared.ports import UnavailableError
from shared.service.services import Services
from shared.use_cases.accounts import audit_nightly, catch_up
from shared.use_cases.notices import note_report, send_notice
from shared.use_cases.payments import move_payment
from shared.use_cases.reports import work_on_reports
from shared.use_cases.usage import record_usage
from tests.simulation.engine.faults import Call, Kind, Mishap
from tests.simulation.engine.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

LEASE_SECONDS = 600.0
"""Fixed in Azure's extension; renewed while the handler runs, unless its process has crashed or is frozen."""

RETRY_SECONDS = 10.0
"""Delay of a retry; a failed message of a poison queue stays hidden until its lease ends."""

TRIES_MAX = 5
"""RETRY_SECONDS and TRIES_MAX are smaller than in host.json, so that short outages lead to poison, too."""

POISON = "-poison"

HANDLERS = {
    "usage": "record_usage.record_usage",
    "usage-poison": "record_usage.record_poison",
    "recharges": "move_payment.move_payment",
    "notices": "send_notice.send_notice",
    "notices-poison": "send_notice.send_notice",
    "mail-reports": "note_report.note_report",
    "wakeups": "catch_up.catch_up",
    "audits": "audit_nightly.audit_portion",
    "reports": "work_on_reports.work_on_report",
}
"""The queues that functions read, and the use case of each, which is looked up by name when it is called."""

USE_CASES = {
    "record_usage": record_usage,
    "move_payment": move_payment,
    "send_notice": send_notice,
    "note_report": note_report,
    "catch_up": catch_up,
    "audit_nightly": audit_nightly,
    "work_on_reports": work_on_reports,
}

SEND, DELETE = Call("queue.send", Kind.SEND), Call("queue.delete", Kind.WRITE)


@dataclass(eq=False)
class Message:
    """One message. *receipt* changes with every delivery; a message cannot be deleted with an old receipt."""

    queue: str
    text: str
    number: int
    ends: float
    receipt: int = 0
    tries: int = 0
    holder: Worker | None = field(default=None, repr=False)


class Queues:
    """All queues, and the delivery of their messages to workers."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation = simulation
        self._numbers = count(1)
        self.messages: dict[int, Message] = {}
        self.poisoned: list[Message] = []
        self._unseen: list[tuple[Message, int]] = []

    @property
    def is_empty(self) -> bool:
        return not self.messages

    def put(self, queue: str, text: str, lifetime: float = math.inf) -> None:
        """Add a message that expires after *lifetime* seconds; it is delivered immediately or late."""
        message = Message(queue, text, next(self._numbers), self._simulation.loop.time() + lifetime)
        if queue not in HANDLERS:
            self.poisoned.append(message)
            return
        self.messages[message.number] = message
        delay = self._simulation.pace.quick()
        if self._simulation.faults.happens(Mishap.DELIVERED_LATE):
            delay = self._simulation.pace.late()
        self._visible_in(delay, message)

    def worker_available(self) -> None:
        """Deliver the messages for which no worker was running."""
        unseen, self._unseen = self._unseen, []
        for message, receipt in unseen:
            self._deliver(message, receipt)

    def _visible_in(self, seconds: float, message: Message) -> None:
        self._simulation.loop.call_later(seconds, self._deliver, message, message.receipt)

    def _deliver(self, message: Message, receipt: int) -> None:
        """Deliver a message to a running worker."""
        if message.number not in self.messages or message.receipt != receipt:
            return
        if self._simulation.loop.time() >= message.ends:
            del self.messages[message.number]
            return
        worker = self._simulation.running()
        if worker is None:
            self._unseen.append((message, receipt))
            return
        message.receipt += 1
        message.tries += 1
        message.holder = worker
        worker.spawn(self._handle(worker, message, message.receipt))
        self._simulation.loop.call_later(LEASE_SECONDS, self._lease_ends, message, message.receipt)
        if self._simulation.faults.happens(Mishap.DELIVERED_TWICE):
            self._visible_in(self._simulation.pace.quick(), message)

    def _lease_ends(self, message: Message, receipt: int) -> None:
        """Renew the lease while the worker runs and handles the message, else deliver it again."""
        if message.number not in self.messages or message.receipt != receipt:
            return
        if message.holder is not None and message.holder.alive and not message.holder.is_frozen:
            self._simulation.loop.call_later(LEASE_SECONDS, self._lease_ends, message, receipt)
        else:
            self._deliver(message, receipt)

    async def _handle(self, worker: Worker, message: Message, receipt: int) -> None:
        """Handle one delivery: the message is deleted, moved to the poison queue, or delivered again later."""
        worker.maybe_jump()
        worker.record(f"receives {message.queue} #{message.number}, try {message.tries}: {message.text[:90]}")
        has_poison = not message.queue.endswith(POISON)
        if has_poison and message.tries > TRIES_MAX:
            await self._give_up(worker, message, receipt)
            return
        try:
            await _use_case(message.queue)(worker.services, message.text.encode())
        except UnavailableError as outage:
            worker.record(f"could not handle #{message.number}: {outage}")
        except Exception as bug:  # noqa: BLE001 - every exception except an outage is a violation
            self._simulation.fail(f"{message.queue} #{message.number} raised {bug!r}", bug)
        else:
            await self._delete(worker, message, receipt, handled=True)
            return
        await worker.until_running()
        if has_poison and message.tries >= TRIES_MAX:
            await self._give_up(worker, message, receipt)
        elif message.receipt == receipt:
            self._let_go(message, receipt)
            self._visible_in(RETRY_SECONDS if has_poison else LEASE_SECONDS, message)

    async def _delete(self, worker: Worker, message: Message, receipt: int, *, handled: bool) -> None:
        """Delete a message. If that fails, it is delivered again when the lease ends."""

        def act() -> None:
            if message.receipt != receipt or message.number not in self.messages:
                return
            del self.messages[message.number]
            if handled:
                self._simulation.acknowledged(message.queue, message.text)

        try:
            await worker.reach(DELETE, act, UnavailableError, f"#{message.number}")
        except UnavailableError:
            self._let_go(message, receipt)

    def _let_go(self, message: Message, receipt: int) -> None:
        """Stop renewing the message's lease."""
        if message.receipt == receipt:
            message.holder = None

    async def _give_up(self, worker: Worker, message: Message, receipt: int) -> None:
        """Copy the message to the poison queue, then delete it: a crash in between duplicates it and never loses it."""
        worker.record(f"moves #{message.number} to the poison queue")
        try:
            await worker.reach(SEND, lambda: self.put(message.queue + POISON, message.text), UnavailableError)
        except UnavailableError:
            self._let_go(message, receipt)
            return
        await self._delete(worker, message, receipt, handled=False)


def _use_case(queue: str) -> Callable[[Services, bytes], Awaitable[None]]:
    module, name = HANDLERS[queue].split(".")
    use_case: Callable[[Services, bytes], Awaitable[None]] = getattr(USE_CASES[module], name)
    return use_case


class WorkerQueues:
    """The `Queues` port of one worker."""

    def __init__(self, worker: Worker, queues: Queues) -> None:
        self._worker = worker
        self._queues = queues

    async def send(self, queue: str, text: str) -> None:
        await self._worker.reach(SEND, lambda: self._queues.put(queue, text), UnavailableError, f"{queue} {text[:60]}")

    async def send_for(self, queue: str, text: str, lifetime: timedelta) -> None:
        def act() -> None:
            self._queues.put(queue, text, lifetime.total_seconds())

        await self._worker.reach(SEND, act, UnavailableError, f"{queue} {text[:60]}")
