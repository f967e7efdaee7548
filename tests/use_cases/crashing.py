"""A process that dies at one of its writes, with the write done or not."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from tests.fakes.world import World


async def die_at_write(world: World, number: int, work: Coroutine[Any, Any, object], *, done: bool) -> None:
    """Let *work* go on until its *number*-th write to the ledger, if it comes to that; nothing of it goes on after it.
    The world goes on with another process.
    """
    others, dead, writes = asyncio.all_tasks(), asyncio.Event(), 0

    async def die(verb: str, _partition: str, _what: object) -> None:
        nonlocal writes
        writes += verb == "transact"
        if writes == number:
            dead.set()
            await asyncio.Event().wait()

    setattr(world.ledger, "after" if done else "before", die)
    ends = [asyncio.create_task(work), asyncio.create_task(dead.wait())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    tasks = asyncio.all_tasks() - others
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    world.ledger.after = world.ledger.before = None
    world.services = world.process()
