"""One run: time, workers, the outside, and everything that was noticed."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.fakes.rate_cards import FakeRateCards
from tests.fakes.world import START
from tests.simulation.engine.event_log import Story
from tests.simulation.engine.faults import Faults
from tests.simulation.engine.mail import MailService
from tests.simulation.engine.outages import Outages
from tests.simulation.engine.provider import Provider
from tests.simulation.engine.queues import Queues
from tests.simulation.engine.randomness import Chance, Pace
from tests.simulation.engine.tables import SharedTable
from tests.simulation.engine.timers import Timers
from tests.simulation.engine.virtual_time import VirtualLoop
from tests.simulation.engine.webhooks import Webhooks
from tests.simulation.engine.worker import Worker
from tests.simulation.engine.worker_world import WorkerWorld

BACK_SECONDS = (1.0, 20.0, 400.0)
"""After a crash the platform starts another process, sooner or later."""


ROWS_MAX = 1000
"""Rows in one response of a query, at most."""


class ViolationError(Exception):
    """A promise is broken."""


class Simulation:
    """The whole. What is broken is collected by `fail`; the first finding ends the run."""

    def __init__(self, seed: str, faults: Faults, chance: Chance, story: Story) -> None:
        self.seed = seed
        self.loop = VirtualLoop()
        self.began = START
        self.chance, self.faults, self.story = chance, faults, story
        self.pace = Pace(chance.timing)
        self.response_rows = ROWS_MAX
        self.violations: list[str] = []
        self.landing = 0
        self.is_quiet = False
        self.acknowledgements: list[Callable[[str, str], None]] = []
        self._tokens = count(1)
        self._broken: asyncio.Future[None] = self.loop.create_future()
        self.ledger, self.alarms, self.suspense, self.accounts, self.attempts = (
            SharedTable(name, self.tell) for name in ("ledger", "alarms", "suspense", "accounts", "attempts")
        )
        self.provider = Provider(self)
        self.mail = MailService(faults)
        self.rates = FakeRateCards()
        self.outages = Outages(self)
        self.queues = Queues(self)
        self.webhooks = Webhooks(self)
        self.timers = Timers(self)
        self.alarms.watchers.append(self.timers.look)
        self.provider.watchers.append(self.webhooks.changed)
        self.workers = [self._started(name) for name in "ABC"[: chance.timing.choice((1, 2, 2, 3))]]

    # --- time and words

    def now(self) -> datetime:
        """The true time."""
        return self.began + timedelta(seconds=self.loop.time())

    def tell(self, who: str, words: str) -> None:
        if self.story.told:
            self.story.tell(self.now(), who, words)

    def fail(self, words: str, cause: BaseException | None = None) -> None:
        """A promise is broken: the run ends here."""
        self.violations.append(words)
        self.tell("FINDING", words)
        if not self._broken.done():
            error = ViolationError(words)
            error.__cause__ = cause
            self._broken.set_exception(error)

    def start(self) -> None:
        """From here on calls take their time, and things go wrong."""
        self.faults.start()
        self.pace.at_once = False
        self.response_rows = self.chance.timing.choice((2, 3, 5, ROWS_MAX))
        self.tell("START", "from here on things go wrong")

    def rest(self) -> None:
        """All is done: what is looked at now is looked at at once."""
        self.pace.at_once = True
        self.response_rows = ROWS_MAX

    # --- workers

    def _started(self, name: str) -> Worker:
        worker = Worker(name, self)
        worker.services = WorkerWorld(worker, self).services
        return worker

    def replace(self, dead: Worker) -> None:
        """Another process takes the place of a crashed one, after a while."""

        def start() -> None:
            self.workers[self.workers.index(dead)] = self._started(f"{dead.name[0]}{next(self._tokens)}")
            self.tell(dead.name[0], "is started again")
            self.somebody_runs()

        self.loop.call_later(self.chance.timing.choice(BACK_SECONDS), start)

    def somebody_runs(self) -> None:
        """A worker was started, or goes on: what nobody was there for is looked at."""
        self.queues.somebody_runs()
        self.timers.look()

    def running(self) -> Worker | None:
        """One of those that run."""
        able = [worker for worker in self.workers if worker.alive and not worker.is_frozen]
        return self.chance.timing.choice(able) if able else None

    def begin(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Something outside the service goes on by itself."""
        return self.loop.create_task(self._guarded(work))

    async def _guarded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception as bug:  # noqa: BLE001 - a mistake of the simulation, or of what it asks
            self.fail(f"{bug!r}", bug)

    # --- the outside

    def land_later(self, seconds: float, act: Callable[[], Any], words: str) -> None:
        """Something that was sent arrives when nobody waits for its answer any more."""
        self.landing += 1

        def land() -> None:
            self.landing -= 1
            self.tell("late", f"lands: {words}")
            try:
                act()
            except Exception as refusal:  # noqa: BLE001 - nobody is there to hear it
                self.tell("late", f"in vain: {refusal}")

        self.loop.call_later(seconds, land)

    def acknowledged(self, queue: str, text: str) -> None:
        """A message was handled and deleted."""
        for check in self.acknowledgements:
            check(queue, text)

    async def unbroken(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work*; end early when an invariant is broken."""
        task = self.loop.create_task(work)
        task.add_done_callback(self._settle)
        await self._broken

    def _settle(self, task: asyncio.Task[None]) -> None:
        if not self._broken.done():
            error = task.exception()
            self._broken.set_exception(error) if error else self._broken.set_result(None)
