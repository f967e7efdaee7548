"""The timers of CONTRACT 3. A tick without due alarms has no effect, so it is not fired."""

import math
from datetime import datetime
from typing import TYPE_CHECKING

from shared.kernel.times import parse_instant
from shared.ports import UnavailableError
from shared.use_cases.accounts import catch_up
from tests.simulation.engine.faults import Mishap
from tests.simulation.engine.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

MINUTE = 60.0
"""`recharge_retries` fires every minute; `nightly_expiry` is the same use case on another schedule."""


class Timers:
    """Fires timers on one worker, sometimes on none or on two."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation = simulation
        self._next = math.inf
        self.off_until = 0.0
        self.ticks = 0

    def earliest(self) -> datetime | None:
        """The time of the earliest alarm of any account."""
        keys = [key for rows in self._simulation.alarms.rows.partitions.values() for key in rows]
        return parse_instant(min(keys).partition("|")[0]) if keys else None

    def off_for(self, seconds: float) -> None:
        """Fire no timer for a while, as in an outage of the platform."""
        self._simulation.faults.counts[Mishap.TIMERS_OFF] += 1
        self.off_until = self._simulation.loop.time() + seconds

    def schedule(self, *_what: object) -> None:
        """Schedule the tick of the earliest alarm; called when alarms change."""
        due = self.earliest()
        if due is None:
            return
        loop = self._simulation.loop
        seconds = max((due - self._simulation.began).total_seconds(), self.off_until, loop.time() + 0.001)
        tick = math.ceil(seconds / MINUTE) * MINUTE
        if tick < self._next:
            self._next = tick
            loop.call_at(tick, self._tick, tick)

    def _tick(self, tick: float) -> None:
        if tick != self._next:
            return
        self._next = math.inf
        if self._simulation.running() is None:
            return  # a worker that starts calls `schedule`
        self._simulation.loop.call_at(tick + MINUTE - 0.001, self.schedule)
        if tick < self.off_until:
            return
        faults = self._simulation.faults
        if faults.happens(Mishap.TIMER_MISSED):
            return
        times = 2 if faults.happens(Mishap.TIMER_TWICE) else 1
        for _ in range(times):
            worker, due = self._simulation.running(), self.earliest()
            if worker is not None and due is not None and due <= worker.clock.now():
                self.ticks += 1
                worker.spawn(_fire(worker, self._simulation))


async def _fire(worker: Worker, simulation: "Simulation") -> None:
    """Run the timer; a failed timer is not retried before its next tick."""
    try:
        await catch_up.wake_due(worker.services)
    except UnavailableError as outage:
        worker.record(f"timer: {outage}")
    except Exception as bug:  # noqa: BLE001 - a violation
        simulation.fail(f"wake_due raised {bug!r}", bug)
