"""Measure what waits in every queue, its poison queue and in suspense. Alarms watch the values, and their absence."""

import logging
from collections.abc import Sequence

from shared.ports import SuspenseState, UnavailableError
from shared.service.services import Services
from shared.telemetry.instruments import QUEUE_MESSAGES, QUEUE_OLDEST_AGE, SUSPENSE_OPEN, SUSPENSE_TIME_LEFT

log = logging.getLogger(__name__)

POISON = "-poison"

OPEN_MAX = 1_000
"""Counting reads every open item, so it stops here: for an operator a higher number means the same. Closed items are
skipped on the way, which costs one request for each 200 of them."""


async def measure_queues(services: Services, queues: Sequence[str]) -> None:
    """Record the age and number of each queue's messages, how many items wait in suspense, at most `OPEN_MAX`, and when
    the first of them is deleted. What cannot be read is logged and not recorded: an alarm notices missing values.
    """
    for queue in (name + ending for name in queues for ending in ("", POISON)):
        try:
            found = await services.queues.measure(queue)
        except UnavailableError as outage:
            log.warning("not measured: %s", outage)
            continue
        QUEUE_MESSAGES.set(found.messages, {"queue": queue})
        QUEUE_OLDEST_AGE.set(found.oldest_age.total_seconds(), {"queue": queue})
    try:
        await _measure_suspense(services)
    except UnavailableError as outage:
        log.warning("suspense is not measured: %s", outage)


async def _measure_suspense(services: Services) -> None:
    count = 0
    async for item in services.suspense.items(SuspenseState.OPEN, None):
        count += 1
        if count == 1:
            left = item.received_at + services.rules.suspense_kept - services.clock.now()
            SUSPENSE_TIME_LEFT.set(left.total_seconds(), {})
        if count == OPEN_MAX:
            break
    SUSPENSE_OPEN.set(count, {})
