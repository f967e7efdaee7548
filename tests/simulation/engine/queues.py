"""Queues with the rules of Azure's listener: leases, redelivery with a count, poison queues behind the last try."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from shared.ports import UnavailableError
from shared.service.services import Services
from shared.use_cases.accounts import catch_up
from shared.use_cases.notices import send_notice
from shared.use_cases.payments import move_payment
from shared.use_cases.usage import record_usage
from tests.simulation.engine.faults import Call, Kind, Mishap
from tests.simulation.engine.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

LEASE_SECONDS = 600.0
"""Fixed in the extension; renewed while the handler runs, unless its process is dead or frozen."""

RETRY_SECONDS = 10.0
"""What fails in a poison queue stays invisible until its lease ends."""

TRIES_MAX = 5
"""Both are less than host.json has, so that short outages lead to the poison queues, too."""

POISON = "-poison"

HANDLERS = {
    "usage": "record_usage.record_usage",
    "usage-poison": "record_usage.record_poison",
    "recharges": "move_payment.move_payment",
    "notices": "send_notice.send_notice",
    "notices-poison": "send_notice.send_notice",
    "wakeups": "catch_up.catch_up",
}
"""The queues that a function reads, and its verb, found by name when it is called."""

VERBS = {
    "record_usage": record_usage,
    "move_payment": move_payment,
    "send_notice": send_notice,
    "catch_up": catch_up,
}

SEND, DELETE = Call("queue.send", Kind.SEND), Call("queue.delete", Kind.WRITE)


@dataclass(eq=False)
class Message:
    """One message. *receipt* changes with every delivery: who holds an old one can no longer delete it."""

    queue: str
    text: str
    number: int
    ends: float
    receipt: int = 0
    tries: int = 0
    holder: Worker | None = field(default=None, repr=False)


class Queues:
    """All queues, and the hosts that pump them."""

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
        """A message is there for so many seconds, and becomes visible: mostly at once."""
        message = Message(queue, text, next(self._numbers), self._simulation.loop.time() + lifetime)
        if queue not in HANDLERS:
            self.poisoned.append(message)
            return
        self.messages[message.number] = message
        delay = self._simulation.pace.quick()
        if self._simulation.faults.strikes(Mishap.DELIVERED_LATE):
            delay = self._simulation.pace.late()
        self._visible_in(delay, message)

    def somebody_runs(self) -> None:
        """What nobody could take is taken now."""
        unseen, self._unseen = self._unseen, []
        for message, receipt in unseen:
            self._deliver(message, receipt)

    def _visible_in(self, seconds: float, message: Message) -> None:
        self._simulation.loop.call_later(seconds, self._deliver, message, message.receipt)

    def _deliver(self, message: Message, receipt: int) -> None:
        """Lease it to somebody who runs."""
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
        if self._simulation.faults.strikes(Mishap.DELIVERED_TWICE):
            self._visible_in(self._simulation.pace.quick(), message)

    def _lease_ends(self, message: Message, receipt: int) -> None:
        """The host renews while it can and its handler runs."""
        if message.number not in self.messages or message.receipt != receipt:
            return
        if message.holder is not None and message.holder.alive and not message.holder.is_frozen:
            self._simulation.loop.call_later(LEASE_SECONDS, self._lease_ends, message, receipt)
        else:
            self._deliver(message, receipt)

    async def _handle(self, worker: Worker, message: Message, receipt: int) -> None:
        """One delivery to its end: deleted, given up, or back after a while."""
        worker.maybe_jump()
        worker.tell(f"receives {message.queue} #{message.number}, try {message.tries}: {message.text[:90]}")
        has_poison = not message.queue.endswith(POISON)
        if has_poison and message.tries > TRIES_MAX:
            await self._give_up(worker, message, receipt)
            return
        try:
            await _verb(message.queue)(worker.services, message.text.encode())
        except UnavailableError as outage:
            worker.tell(f"could not handle #{message.number}: {outage}")
        except Exception as bug:  # noqa: BLE001 - whatever a verb raises beside an outage is a finding
            self._simulation.fail(f"{message.queue} #{message.number} raised {bug!r}", bug)
        else:
            await self._delete(worker, message, receipt, handled=True)
            return
        await worker.awake()
        if has_poison and message.tries >= TRIES_MAX:
            await self._give_up(worker, message, receipt)
        elif message.receipt == receipt:
            self._let_go(message, receipt)
            self._visible_in(RETRY_SECONDS if has_poison else LEASE_SECONDS, message)

    async def _delete(self, worker: Worker, message: Message, receipt: int, *, handled: bool) -> None:
        """Acknowledge. When that does not come through, the lease ends and the message comes again."""

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
        """Nobody renews its lease any more."""
        if message.receipt == receipt:
            message.holder = None

    async def _give_up(self, worker: Worker, message: Message, receipt: int) -> None:
        """Copy to the poison queue, then delete: a crash in between doubles the message and never loses it."""
        worker.tell(f"gives up #{message.number}")
        try:
            await worker.reach(SEND, lambda: self.put(message.queue + POISON, message.text), UnavailableError)
        except UnavailableError:
            self._let_go(message, receipt)
            return
        await self._delete(worker, message, receipt, handled=False)


def _verb(queue: str) -> Callable[[Services, bytes], Awaitable[None]]:
    module, name = HANDLERS[queue].split(".")
    verb: Callable[[Services, bytes], Awaitable[None]] = getattr(VERBS[module], name)
    return verb


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
