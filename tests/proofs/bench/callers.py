"""Simulates a backlog: so many concurrent callers that the next call is always waiting."""

import asyncio
from collections.abc import Sequence
from time import perf_counter

from shared.service.services import Services
from shared.use_cases.usage.record_usage import record_usage

CALLERS = 192
"""Twice the calls of one commit: one group is being written while the next is collected."""


async def calls_a_second(services: Services, messages: Sequence[bytes]) -> float:
    """How many messages per second, of one call each, `record_usage` completes for all callers together."""
    waiting = iter(messages)

    async def caller() -> None:
        for message in waiting:
            await record_usage(services, message)

    began = perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return len(messages) / (perf_counter() - began)
