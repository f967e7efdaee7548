"""Turns of the event loop."""

import asyncio

TURNS = 3
"""One starts the request, the second writes it (the HTTP client does so in a task of its own), one is a margin."""


async def leave_first() -> None:
    """Let the commit that was just prepared leave for the storage, before this process does work of its own.

    Answered callers come back with new calls. If they were told first, reading and pricing those would delay the
    request; told now, they do it while the storage is busy.
    """
    for _ in range(TURNS):
        await asyncio.sleep(0)
