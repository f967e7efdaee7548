"""Repeats the requests of a starting host while the storage does not answer."""

import asyncio
from collections.abc import Awaitable, Callable

from azure.core.exceptions import AzureError

TRIES = 10
PAUSE_SECONDS = 0.5


async def retry_until_ready(action: Callable[[], Awaitable[object]]) -> None:
    """Call *action*, which must be repeatable, until it succeeds; raises the last `AzureError` after all tries."""
    for _ in range(TRIES - 1):
        try:
            await action()
        except AzureError:
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return
    await action()
