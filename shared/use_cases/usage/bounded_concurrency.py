"""Bounded concurrency: many items are processed, only some of them at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def for_each(items: Sequence[T], work: Callable[[T], Awaitable[R]], at_once: int) -> list[R | Exception]:
    """Carry out *work* for each of *items*, at most *at_once* at a time, and return the outcomes in the same order. If
    one fails, its outcome is the exception, and the others are still carried out.
    """
    if len(items) == 1:  # as in most messages: no task is needed
        return [await _outcome(work, items[0])]
    outcomes: dict[int, R | Exception] = {}
    waiting = iter(enumerate(items))

    async def worker() -> None:
        for place, item in waiting:
            outcomes[place] = await _outcome(work, item)

    await asyncio.gather(*(worker() for _ in range(min(len(items), at_once))))
    return [outcomes[place] for place in range(len(items))]


async def _outcome(work: Callable[[T], Awaitable[R]], item: T) -> R | Exception:
    try:
        return await work(item)
    except Exception as failure:  # noqa: BLE001 - the caller handles it after all others are done
        return failure
