"""An asyncio loop whose time jumps to the next timer: a virtual year costs nothing, and nothing depends on a clock."""

import asyncio
import random
import uuid
from collections import deque
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from heapq import heappop
from typing import Any, TypeVar

T = TypeVar("T")


class StalledError(Exception):
    """Nothing is ready and no timer is set: whoever still waits would wait for ever."""


STEPS_MAX = 150_000
"""Rounds of the loop in one run: some hundred times the usual."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Deterministic: the same code with the same seed runs the same steps in the same order."""

    def __init__(self) -> None:
        super().__init__()
        self.virtual = 0.0
        self.steps = 0
        self.broken: list[BaseException] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self.set_task_factory(self._task)
        self.set_exception_handler(self._note)

    def time(self) -> float:
        return self.virtual

    def _run_once(self) -> None:
        """Everything that is ready; else what the next timer has ready, at its time.

        The base class asks a selector here, for sockets: there are none, so time moves on instead.
        """
        ready: deque[asyncio.Handle] = self._ready  # type: ignore[attr-defined]
        if not ready:
            self._jump(ready)
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise StalledError("it goes on and on")
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()

    def _jump(self, ready: "deque[asyncio.Handle]") -> None:
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        while scheduled and scheduled[0]._cancelled:
            heappop(scheduled)._scheduled = False  # type: ignore[attr-defined]
        if not scheduled:
            raise StalledError("nothing moves any more")
        self.virtual = max(self.virtual, scheduled[0].when())
        while scheduled and scheduled[0].when() <= self.virtual:
            handle = heappop(scheduled)
            handle._scheduled = False  # type: ignore[attr-defined]
            ready.append(handle)

    def _write_to_self(self) -> None:
        pass

    def _task(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        """Every task is kept to the end: a crashed worker's wait for ever, and must not be collected meanwhile."""
        task = asyncio.Task(coroutine, loop=loop, **options)
        self._tasks.append(task)
        return task

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A callback that raised is a bug of the simulation itself; a task's own exception is its waiter's business."""
        if "handle" in context and "exception" in context:
            self.broken.append(context["exception"])

    def end(self) -> None:
        """Let go of everything that still waits."""
        for task in self._tasks:
            if not task.done():
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                task.get_coro().close()
        self._tasks.clear()
        self._ready.clear()  # type: ignore[attr-defined]
        self._scheduled.clear()  # type: ignore[attr-defined]
        self.close()


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """What comes of something that is written as a coroutine and never waits."""
    try:
        work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    raise AssertionError("it waits")


@contextmanager
def determined(seed: str) -> Iterator[None]:
    """Inside, everything random comes from *seed*: the loop's own jitter, and every uuid."""
    state, make = random.getstate(), uuid.uuid4
    random.seed(f"{seed} jitter")
    source = random.Random(f"{seed} uuid")
    uuid.uuid4 = lambda: uuid.UUID(int=source.getrandbits(128), version=4)
    try:
        yield
    finally:
        uuid.uuid4 = make
        random.setstate(state)
