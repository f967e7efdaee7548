"""Yielding to the event loop."""

import asyncio

TURNS = 12
"""Turns of the event loop. The storage client needs eight from the call to the last byte written: it gathers the parts
of a transaction, twice, and the HTTP client writes in a task of its own. The rest is a margin for its next version; an
empty turn costs microseconds.
"""


async def let_request_leave() -> None:
    """Let the client send the commit that was just prepared, before this process does other work.

    Callers that are answered continue with new calls. If they were answered first, reading and pricing those would
    delay the request. Answered after it, they do that work while the storage is busy.
    """
    for _ in range(TURNS):
        await asyncio.sleep(0)
