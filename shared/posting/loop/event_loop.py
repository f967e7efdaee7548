"""Turns of the event loop."""

import asyncio

TURNS = 12
"""The storage client needs eight from the call to the last byte written: it gathers the parts of a transaction, twice,
and the HTTP client writes in a task of its own. The rest is margin for its next version; an empty turn costs
microseconds."""


async def let_request_leave() -> None:
    """Let the commit that was just prepared leave for the storage, before this process does work of its own.

    Answered callers come back with new calls. If they were told first, reading and pricing those would delay the
    request; told now, they do it while the storage is busy.
    """
    for _ in range(TURNS):
        await asyncio.sleep(0)
