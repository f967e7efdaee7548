"""One run: virtual time, workers, external services, violations and the event log."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.fakes.money_back import FakeMoneyBack
from tests.fakes.rate_cards import FakeRateCards
from tests.fakes.service_numbers import FakeServiceNumbers
from tests.fakes.world import START
from tests.simulation.engine.event_log import EventLog
from tests.simulation.engine.faults import Faults
from tests.simulation.engine.mail import MailService
from tests.simulation.engine.outages import Outages
from tests.simulation.engine.provider import Provider
from tests.simulation.engine.queues import Queues
from tests.simulation.engine.randomness import Pace, Randomness
from tests.simulation.engine.tables import SharedTable
from tests.simulation.engine.timers import Timers
from tests.simulation.engine.virtual_time import VirtualLoop
from tests.simulation.engine.webhooks import Webhooks
from tests.simulation.engine.worker import Worker
from tests.simulation.engine.worker_world import WorkerWorld

BACK_SECONDS = (1.0, 20.0, 400.0)
"""Seconds after a crash until the platform starts another process."""


ROWS_MAX = 1000
"""Maximum rows in one response of a query."""


class ViolationError(Exception):
    """An invariant is violated."""


class Simulation:
    """One run. `fail` records violations; the first one ends the run."""

    def __init__(
        self, seed: str, faults: Faults, randomness: Randomness, log: EventLog, began: datetime = START
    ) -> None:
        self.seed = seed
        self.loop = VirtualLoop()
        self.began = began
        self.randomness, self.faults, self.log = randomness, faults, log
        self.pace = Pace(randomness.timing)
        self.response_rows = ROWS_MAX
        self.violations: list[str] = []
        self.delayed_requests = 0
        self.is_calm = False
        self.acknowledgements: list[Callable[[str, str], None]] = []
        self._tokens = count(1)
        self._broken: asyncio.Future[None] = self.loop.create_future()
        self.ledger, self.alarms, self.suspense = self._tables("ledger", "alarms", "suspense")
        self.accounts, self.attempts, self.audits = self._tables("accounts", "attempts", "audits")
        self.imports, self.usage, self.notices = self._tables("imports", "usage", "notices")
        self.provider = Provider(self)
        self.money_back = FakeMoneyBack(self.provider)
        self.mail = MailService(faults)
        self.rates = FakeRateCards()
        self.service_numbers = FakeServiceNumbers()
        self.outages = Outages(self)
        self.queues = Queues(self)
        self.webhooks = Webhooks(self)
        self.timers = Timers(self)
        self.alarms.watchers.append(self.timers.schedule)
        self.provider.watchers.append(self.webhooks.changed)
        self.workers = [self._started(name) for name in "ABC"[: randomness.timing.choice((1, 2, 2, 3))]]

    # --- time and log

    def now(self) -> datetime:
        """The true time."""
        return self.began + timedelta(seconds=self.loop.time())

    def record(self, who: str, words: str) -> None:
        if self.log.enabled:
            self.log.record(self.now(), who, words)

    def fail(self, words: str, cause: BaseException | None = None) -> None:
        """Record a violation, and end the run."""
        self.violations.append(words)
        self.record("VIOLATION", words)
        if not self._broken.done():
            error = ViolationError(words)
            error.__cause__ = cause
            self._broken.set_exception(error)

    def start(self) -> None:
        """Start faults and delays."""
        self.faults.start()
        self.pace.at_once = False
        self.response_rows = self.randomness.timing.choice((2, 3, 5, ROWS_MAX))
        self.record("START", "faults from here on")

    def remove_delays(self) -> None:
        """Remove delays and small responses, for the final checks."""
        self.pace.at_once = True
        self.response_rows = ROWS_MAX

    # --- workers

    def _tables(self, *names: str) -> Iterator[SharedTable]:
        return (SharedTable(name, self.record) for name in names)

    def _started(self, name: str) -> Worker:
        worker = Worker(name, self)
        worker.services = WorkerWorld(worker, self).services
        return worker

    def replace(self, dead: Worker) -> None:
        """Start another process in place of a crashed one, after a while."""

        def start() -> None:
            self.workers[self.workers.index(dead)] = self._started(f"{dead.name[0]}{next(self._tokens)}")
            self.record(dead.name[0], "is restarted")
            self.worker_available()

        self.loop.call_later(self.randomness.timing.choice(BACK_SECONDS), start)

    def worker_available(self) -> None:
        """A worker was started or resumed: deliver waiting messages, and check the timers."""
        self.queues.worker_available()
        self.timers.schedule()

    def running(self) -> Worker | None:
        """A random running worker, or None."""
        able = [worker for worker in self.workers if worker.alive and not worker.is_frozen]
        return self.randomness.timing.choice(able) if able else None

    def start_task(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start a task outside the service."""
        return self.loop.create_task(self._guarded(work))

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception as bug:  # noqa: BLE001 - an error of the simulation or of the code that it calls
            self.fail(f"{bug!r}", bug)

    # --- external services

    def execute_later(self, seconds: float, act: Callable[[], Any], words: str) -> None:
        """Execute *act* later, when no caller waits for its answer any longer."""
        self.delayed_requests += 1

        def execute() -> None:
            self.delayed_requests -= 1
            self.record("late", f"is executed: {words}")
            try:
                act()
            except Exception as refusal:  # noqa: BLE001 - there is no caller for the error
                self.record("late", f"is rejected: {refusal}")

        self.loop.call_later(seconds, execute)

    def acknowledged(self, queue: str, text: str) -> None:
        """A message was handled and deleted."""
        for check in self.acknowledgements:
            check(queue, text)

    async def run_until_violation(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work*; stop when an invariant is violated."""
        task = self.loop.create_task(work)
        task.add_done_callback(self._settle)
        await self._broken

    def _settle(self, task: asyncio.Task[None]) -> None:
        if not self._broken.done():
            error = task.exception()
            self._broken.set_exception(error) if error else self._broken.set_result(None)
