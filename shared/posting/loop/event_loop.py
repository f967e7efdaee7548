"""Yielding to the event loop."""

import asyncio

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
