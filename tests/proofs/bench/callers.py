"""Callers at backlog: so many tasks at once that the next call always waits already."""

import asyncio
from collections.abc import Sequence
from time import perf_counter

from shared.service.services import Services
from shared.use_cases.usage.record_usage import record_usage

CALLERS = 192
"""Twice what one commit holds: one group is on its way while the other comes in."""


async def calls_a_second(services: Services, messages: Sequence[bytes]) -> float:
    """How many messages of one call a second `record_usage` acknowledges, entering singly from all callers."""
    waiting = iter(messages)

    async def caller() -> None:
        for message in waiting:
            await record_usage(services, message)

    began = perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return len(messages) / (perf_counter() - began)
