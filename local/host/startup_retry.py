"""What a host needs before it serves is asked for again while the storage does not answer."""

import asyncio
from collections.abc import Awaitable, Callable

from azure.core.exceptions import AzureError

TRIES = 10
PAUSE_SECONDS = 0.5


async def retry_until_ready(have: Callable[[], Awaitable[object]]) -> None:
    """Do *have*, which may be done twice; raises the last `AzureError` when no try was answered."""
    for _ in range(TRIES - 1):
        try:
            await have()
        except AzureError:
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return
    await have()
