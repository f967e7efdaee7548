"""Simulates a process that crashes at one of its writes, before or after the write."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from tests.fakes.world import World


async def crash_at_write(world: World, number: int, work: Coroutine[Any, Any, object], *, done: bool) -> None:
    """Run *work* until its *number*-th write to the ledger, if there is one, then cancel everything that it started.
    *done*: crash after the write. The world continues with another process.
    """
    others, dead, writes = asyncio.all_tasks(), asyncio.Event(), 0

    async def crash(verb: str, _partition: str, _what: object) -> None:
        nonlocal writes
        writes += verb == "transact"
        if writes == number:
            dead.set()
            await asyncio.Event().wait()

    setattr(world.ledger, "after" if done else "before", crash)
    ends = [asyncio.create_task(work), asyncio.create_task(dead.wait())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    tasks = asyncio.all_tasks() - others
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    world.ledger.after = world.ledger.before = None
    world.services = world.process()
