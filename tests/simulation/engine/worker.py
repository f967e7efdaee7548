"""One process of the service with its own loops, caches and clock. It can crash, freeze and resume.

All its external calls pass through `reach`. The calls of a crashed worker never return, so none of its code continues;
requests that it had sent may still be executed.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from shared.service.services import Services
from tests.simulation.engine.faults import Call, Fault, Mishap

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

T = TypeVar("T")

TIMEOUT_SECONDS = 35.0
"""The timeout of external calls."""

SKEW_SECONDS = 240.0
JUMP_SECONDS = 3600.0

BEFORE = {Fault.CRASH_BEFORE, Fault.FREEZE_BEFORE}


class WorkerClock:
    """The virtual time plus *skew*."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.skew = timedelta(0)
        self._now = now

    def now(self) -> datetime:
        return self._now() + self.skew


class Worker:
    """A worker with its own *services*; after a crash it is replaced by another Worker."""

    services: Services

    def __init__(self, name: str, simulation: "Simulation") -> None:
        self.name = name
        self.alive = True
        self.clock = WorkerClock(simulation.now)
        self.gone: asyncio.Future[None] = simulation.loop.create_future()
        self._simulation = simulation
        self.is_frozen = False
        self._waiting: list[asyncio.Future[None]] = []
        if simulation.faults.happens(Mishap.SKEW):
            self._skew(simulation.randomness.timing.uniform(-SKEW_SECONDS, SKEW_SECONDS))

    @property
    def is_logged(self) -> bool:
        return self._simulation.log.enabled

    def record(self, words: str) -> None:
        self._simulation.record(self.name, words)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task in this process."""
        return self._simulation.loop.create_task(work)

    # --- faults

    def crash(self) -> None:
        """Stop all its code; another worker replaces it after a while."""
        if not self.alive:
            return
        self.alive = False
        self.record("CRASHES")
        self.gone.set_result(None)
        self._wake()
        self._simulation.replace(self)

    def freeze(self, seconds: float) -> None:
        """Suspend the worker for *seconds*; it then continues with its old state."""
        if self.is_frozen or not self.alive:
            return
        self.record(f"FREEZES for {seconds:.0f} s")
        self.is_frozen = True
        self._simulation.loop.call_later(seconds, self.thaw)

    def thaw(self) -> None:
        if self.is_frozen:
            self.record("resumes")
            self._wake()
            self._simulation.worker_available()

    def _wake(self) -> None:
        self.is_frozen = False
        suspended, self._waiting = self._waiting, []
        for waiting in suspended:
            if not waiting.done():
                waiting.set_result(None)

    def correct_clock(self) -> None:
        self.clock.skew = timedelta(0)

    def maybe_jump(self) -> None:
        """Perhaps change the skew of its clock."""
        if self._simulation.faults.happens(Mishap.JUMP):
            self._skew(self._simulation.randomness.timing.uniform(-JUMP_SECONDS, JUMP_SECONDS))

    def _skew(self, seconds: float) -> None:
        self.clock.skew = timedelta(seconds=seconds)
        self.record(f"its clock differs by {seconds:+.0f} s")

    # --- external calls

    async def until_running(self) -> None:
        """Wait until the worker is not frozen; never return for a crashed one."""
        while self.is_frozen:
            self._waiting.append(self._simulation.loop.create_future())
            await self._waiting[-1]
        if not self.alive:
            await self._simulation.loop.create_future()

    async def reach(self, call: Call, act: Callable[[], T], lost: type[Exception], words: str = "") -> T:
        """Execute *act* as an external call. In case of a fault, raise *lost*, or never return."""
        await self.until_running()
        fault = Fault.LOST_BEFORE if self._simulation.outages.affects(call) else self._simulation.faults.fault_of(call)
        if self.is_logged:
            self.record(f"{call.name} {words}{f'   << {fault.upper()}' if fault else ''}")
        if fault in BEFORE:
            await self._stop_before_call(fault)
        timing = self._simulation.randomness.timing
        pace = self._simulation.pace
        await _wait(pace.slow() if fault is Fault.SLOW else pace.quick())
        if not self.alive:
            await self._after_crash(act)
        if fault is Fault.LOST_BEFORE or fault in (Fault.LATE, Fault.LATE_AND_CRASH):
            await self._unanswered(fault, act, words)
            raise lost(f"{call.name}: no answer")
        done = _outcome(act)
        if fault is Fault.CRASH_AFTER:
            self.crash()
        elif fault is Fault.FREEZE_AFTER:
            self.freeze(pace.freeze())
        elif fault is Fault.TWICE:
            _outcome(act)
        await _wait(pace.quick())
        await self.until_running()
        if fault is Fault.LOST_AFTER:
            await asyncio.sleep(timing.choice((0.0, TIMEOUT_SECONDS)))
            await self.until_running()
            raise lost(f"{call.name}: no answer")
        return done()

    async def _stop_before_call(self, fault: Fault | None) -> None:
        if fault is Fault.CRASH_BEFORE:
            self.crash()
        else:
            self.freeze(self._simulation.pace.freeze())
        await self.until_running()

    async def _after_crash(self, act: Callable[[], Any]) -> None:
        """After a crash during the request: perhaps execute *act*, immediately or late. Never returns."""
        timing = self._simulation.randomness.timing
        if timing.random() < 0.5:
            self._simulation.execute_later(self._simulation.pace.late() * timing.choice((0, 1)), act, self.name)
        await self.until_running()

    async def _unanswered(self, fault: Fault, act: Callable[[], Any], words: str) -> None:
        if fault is not Fault.LOST_BEFORE:
            self._simulation.execute_later(self._simulation.pace.late(), act, f"{self.name} {words}")
        if fault is Fault.LATE_AND_CRASH:
            self.crash()
        await asyncio.sleep(self._simulation.randomness.timing.choice((0.0, TIMEOUT_SECONDS)))
        await self.until_running()


async def _wait(seconds: float) -> None:
    if seconds:
        await asyncio.sleep(seconds)


def _outcome(act: Callable[[], T]) -> Callable[[], T]:
    """Call *act* now; the returned function returns its result, or raises its exception, later."""
    try:
        value = act()
    except Exception as error:  # noqa: BLE001 - raised again for the caller
        refusal = error

        def answer() -> T:
            raise refusal

        return answer
    return lambda: value
