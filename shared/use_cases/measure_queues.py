"""Measure what waits: in every queue and its poison queue, and in suspense. Alarms watch it, and its absence."""

import logging
from collections.abc import Sequence

from shared.ports import SuspenseState, UnavailableError
from shared.service.services import Services
from shared.telemetry.instruments import QUEUE_MESSAGES, QUEUE_OLDEST_AGE, SUSPENSE_OPEN, SUSPENSE_TIME_LEFT

log = logging.getLogger(__name__)

POISON = "-poison"

OPEN_MAX = 1_000
"""Counting reads every open item. More than this many means the same to whoever is called: look at suspense now.
Items that are done are passed over on the way: a request for each 200 of them."""


async def measure_queues(services: Services, queues: Sequence[str]) -> None:
    """Tell the age and the number of each queue's messages, how much waits in suspense, `OPEN_MAX` at most, and when
    the first of it is deleted. What cannot be read is logged and not told: an alarm notices silence.
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
