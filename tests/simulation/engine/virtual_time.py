"""An asyncio loop whose time jumps to the next timer: it does not wait and does not depend on a clock."""

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
    """No callback is ready and no timer is set, so tasks that still wait would wait for ever."""


STEPS_MAX = 150_000
"""Maximum iterations of the loop in one run: about a hundred times the usual number."""


class VirtualLoop(asyncio.BaseEventLoop):
    """A deterministic loop: the same code with the same seed runs the same steps in the same order."""

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
        """Run everything that is ready; if nothing is, jump to the next timer first.

        The base class waits for sockets here. There are none, so the time jumps instead.
        """
        ready: deque[asyncio.Handle] = self._ready  # type: ignore[attr-defined]
        if not ready:
            self._jump(ready)
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise StalledError("the run does not end")
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()

    def _jump(self, ready: "deque[asyncio.Handle]") -> None:
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        while scheduled and scheduled[0]._cancelled:
            heappop(scheduled)._scheduled = False  # type: ignore[attr-defined]
        if not scheduled:
            raise StalledError("no task can continue")
        self.virtual = max(self.virtual, scheduled[0].when())
        while scheduled and scheduled[0].when() <= self.virtual:
            handle = heappop(scheduled)
            handle._scheduled = False  # type: ignore[attr-defined]
            ready.append(handle)

    def _write_to_self(self) -> None:
        pass

    def _task(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        """Keep every task until the end: those of a crashed worker wait for ever, and must not be garbage-collected."""
        task = asyncio.Task(coroutine, loop=loop, **options)
        self._tasks.append(task)
        return task

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Record exceptions of callbacks, which are bugs of the simulation. Waiters handle those of tasks."""
        if "handle" in context and "exception" in context:
            self.broken.append(context["exception"])

    def end(self) -> None:
        """Discard all waiting tasks, and close the loop."""
        for task in self._tasks:
            if not task.done():
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                task.get_coro().close()
        self._tasks.clear()
        self._ready.clear()  # type: ignore[attr-defined]
        self._scheduled.clear()  # type: ignore[attr-defined]
        self.close()


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    raise AssertionError("the coroutine waits")


@contextmanager
def determined(seed: str) -> Iterator[None]:
    """Inside the block, derive the `random` module and every uuid from *seed*."""
    state, make = random.getstate(), uuid.uuid4
    random.seed(f"{seed} jitter")
    source = random.Random(f"{seed} uuid")
    uuid.uuid4 = lambda: uuid.UUID(int=source.getrandbits(128), version=4)
    try:
        yield
    finally:
        uuid.uuid4 = make
        random.setstate(state)
