"""One process of the service: its own loops, caches and clock. It crashes as a whole, freezes, and comes back.

Whatever it does outside passes `reach`. A dead worker's calls never return, so nothing of it goes on; what it had sent
may still land.
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
"""After that long without an answer a caller gives up."""

SKEW_SECONDS = 240.0
JUMP_SECONDS = 3600.0

BEFORE = {Fault.CRASH_BEFORE, Fault.FREEZE_BEFORE}


class WorkerClock:
    """The world's time, wrong by *skew*."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.skew = timedelta(0)
        self._now = now

    def now(self) -> datetime:
        return self._now() + self.skew


class Worker:
    """*services* are its own; a worker that comes back after a crash is another Worker."""

    services: Services

    def __init__(self, name: str, simulation: "Simulation") -> None:
        self.name = name
        self.alive = True
        self.clock = WorkerClock(simulation.now)
        self.gone: asyncio.Future[None] = simulation.loop.create_future()
        self._simulation = simulation
        self.is_frozen = False
        self._asleep: list[asyncio.Future[None]] = []
        if simulation.faults.strikes(Mishap.SKEW):
            self._skew(simulation.chance.timing.uniform(-SKEW_SECONDS, SKEW_SECONDS))

    @property
    def is_told(self) -> bool:
        return self._simulation.story.told

    def tell(self, words: str) -> None:
        self._simulation.tell(self.name, words)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start something in this process."""
        return self._simulation.loop.create_task(work)

    # --- what befalls it

    def crash(self) -> None:
        """Nothing of it goes on. Another comes in its place after a while."""
        if not self.alive:
            return
        self.alive = False
        self.tell("CRASHES")
        self.gone.set_result(None)
        self._wake()
        self._simulation.replace(self)

    def freeze(self, seconds: float) -> None:
        """It goes on after *seconds*, with all that it believed before."""
        if self.is_frozen or not self.alive:
            return
        self.tell(f"FREEZES for {seconds:.0f} s")
        self.is_frozen = True
        self._simulation.loop.call_later(seconds, self.thaw)

    def thaw(self) -> None:
        if self.is_frozen:
            self.tell("goes on")
            self._wake()
            self._simulation.somebody_runs()

    def _wake(self) -> None:
        self.is_frozen = False
        asleep, self._asleep = self._asleep, []
        for waiting in asleep:
            if not waiting.done():
                waiting.set_result(None)

    def right_clock(self) -> None:
        self.clock.skew = timedelta(0)

    def maybe_jump(self) -> None:
        """Its clock is set, for better or worse."""
        if self._simulation.faults.strikes(Mishap.JUMP):
            self._skew(self._simulation.chance.timing.uniform(-JUMP_SECONDS, JUMP_SECONDS))

    def _skew(self, seconds: float) -> None:
        self.clock.skew = timedelta(seconds=seconds)
        self.tell(f"its clock is {seconds:+.0f} s off")

    # --- what it does outside

    async def awake(self) -> None:
        """Returns when the worker runs; never for a dead one."""
        while self.is_frozen:
            self._asleep.append(self._simulation.loop.create_future())
            await self._asleep[-1]
        if not self.alive:
            await self._simulation.loop.create_future()

    async def reach(self, call: Call, act: Callable[[], T], lost: type[Exception], words: str = "") -> T:
        """Carry out *act* outside, or meet a fault: then *lost* is raised, or nothing ever returns."""
        await self.awake()
        fault = Fault.LOST_BEFORE if self._simulation.outages.meets(call) else self._simulation.faults.meets(call)
        if self.is_told:
            self.tell(f"{call.name} {words}{f'   << {fault.upper()}' if fault else ''}")
        if fault in BEFORE:
            await self._before(fault)
        timing = self._simulation.chance.timing
        pace = self._simulation.pace
        await _travel(pace.slow() if fault is Fault.SLOW else pace.quick())
        if not self.alive:
            await self._posthumous(act)
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
        await _travel(pace.quick())
        await self.awake()
        if fault is Fault.LOST_AFTER:
            await asyncio.sleep(timing.choice((0.0, TIMEOUT_SECONDS)))
            await self.awake()
            raise lost(f"{call.name}: no answer")
        return done()

    async def _before(self, fault: Fault | None) -> None:
        if fault is Fault.CRASH_BEFORE:
            self.crash()
        else:
            self.freeze(self._simulation.pace.freeze())
        await self.awake()

    async def _posthumous(self, act: Callable[[], Any]) -> None:
        """The worker died while this was on its way: it may land, at once or late. Never returns."""
        timing = self._simulation.chance.timing
        if timing.random() < 0.5:
            self._simulation.land_later(self._simulation.pace.late() * timing.choice((0, 1)), act, self.name)
        await self.awake()

    async def _unanswered(self, fault: Fault, act: Callable[[], Any], words: str) -> None:
        if fault is not Fault.LOST_BEFORE:
            self._simulation.land_later(self._simulation.pace.late(), act, f"{self.name} {words}")
        if fault is Fault.LATE_AND_CRASH:
            self.crash()
        await asyncio.sleep(self._simulation.chance.timing.choice((0.0, TIMEOUT_SECONDS)))
        await self.awake()


async def _travel(seconds: float) -> None:
    if seconds:
        await asyncio.sleep(seconds)


def _outcome(act: Callable[[], T]) -> Callable[[], T]:
    """Do it now; what came of it is given, or raised, later."""
    try:
        value = act()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the caller's
        refusal = error

        def answer() -> T:
            raise refusal

        return answer
    return lambda: value
