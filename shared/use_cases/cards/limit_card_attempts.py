"""Limits on card attempts: each is counted before a card is tried, and refused if it looks like card testing. Nothing
is created before that.
"""

import math
from datetime import timedelta

from shared.kernel.ids import AccountId
from shared.service.http import ProblemError
from shared.service.services import Services
from shared.telemetry.instruments import THROTTLED


async def count_card_attempt(services: Services, account: AccountId, name: str) -> None:
    """Count the attempt called *name*. A repeated request is counted once.

    Raises ProblemError `too_many_requests` when the account has tried too many cards, and `UnavailableError` when that
    is unknown: then no card may be tried.
    """
    wait = await services.card_attempts.admit(account, name, services.clock.now())
    if wait is not None:
        THROTTLED.add(1, {"limit": "cardAttempts"})
        seconds = max(1, math.ceil(wait / timedelta(seconds=1)))
        raise ProblemError("too_many_requests", "too many cards were tried for this account", retry_after=seconds)
