"""Yielding to the event loop."""

import asyncio
from collections.abc import Sized

TURNS = 12
"""Turns of the event loop in which every client of the storage sends a request, with a margin."""


async def let_request_leave(turns: int) -> None:
    """Let the client send the commit that was just prepared, before this process does other work.

    Callers that are answered continue with new calls. If they were answered first, reading and pricing those would
    delay the request. Answered after it, they do that work while the storage is busy. The client needs at most so many
    *turns* of the event loop from the call to the last byte written.
    """
    for _ in range(turns):
        await asyncio.sleep(0)


GATHERING_TURNS = 3
"""How many turns a group that is not full waits for further callers. With many accounts, whose callers come one after
the other in the same turns, it saves a fifth of the commits. A turn without work costs microseconds.
"""


async def let_callers_come(waiting: Sized, enough: int) -> None:
    """Let those who are about to call join the *waiting*, until there are *enough* for a commit."""
    for _ in range(GATHERING_TURNS):
        if len(waiting) >= enough:
            return
        await asyncio.sleep(0)
