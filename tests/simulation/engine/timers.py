"""The timers of CONTRACT 3. A tick on which nothing is due would do nothing, so only the others are fired."""

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
"""`recharge_retries` fires every minute; `nightly_expiry` is the same verb on another schedule."""


class Timers:
    """Fires for one of the workers; sometimes for none, sometimes for two."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation = simulation
        self._next = math.inf
        self.off_until = 0.0
        self.ticks = 0

    def earliest(self) -> datetime | None:
        """The earliest alarm that is set for any account."""
        keys = [key for rows in self._simulation.alarms.rows.partitions.values() for key in rows]
        return parse_instant(min(keys).partition("|")[0]) if keys else None

    def off_for(self, seconds: float) -> None:
        """No timer fires for a while: the platform is at fault, or nobody runs."""
        self._simulation.faults.counts[Mishap.TIMERS_OFF] += 1
        self.off_until = self._simulation.loop.time() + seconds

    def look(self, *_what: object) -> None:
        """An alarm was set or removed."""
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
            return  # who comes, looks
        self._simulation.loop.call_at(tick + MINUTE - 0.001, self.look)
        if tick < self.off_until:
            return
        faults = self._simulation.faults
        if faults.strikes(Mishap.TIMER_MISSED):
            return
        times = 2 if faults.strikes(Mishap.TIMER_TWICE) else 1
        for _ in range(times):
            worker, due = self._simulation.running(), self.earliest()
            if worker is not None and due is not None and due <= worker.clock.now():
                self.ticks += 1
                worker.spawn(_fire(worker, self._simulation))


async def _fire(worker: Worker, simulation: "Simulation") -> None:
    """A timer that fails is not tried again before its next tick."""
    try:
        await catch_up.wake_due(worker.services)
    except UnavailableError as outage:
        worker.tell(f"timer: {outage}")
    except Exception as bug:  # noqa: BLE001 - a finding
        simulation.fail(f"wake_due raised {bug!r}", bug)
