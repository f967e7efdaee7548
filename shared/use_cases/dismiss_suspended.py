"""Dismiss what waits in suspense and will never be booked (R24): kept with an operator's reason, open no more."""

from dataclasses import replace

from shared.ports import Suspended, SuspenseState
from shared.service.http import ProblemError
from shared.service.services import Services
from shared.use_cases.replay_suspended import find_suspended

WORDS_MAX = 500
"""Characters of a reason; it stands in a list."""


async def dismiss_suspended(services: Services, name: str, because: str) -> Suspended:
    """Return the item as `dismissed`, its detail followed by the reason; once, however often it is asked. Refuses what
    was booked.
    """
    item = await find_suspended(services, name)
    if item.state is SuspenseState.DISMISSED:
        return item
    if item.state is not SuspenseState.OPEN:
        raise ProblemError("invalid_request", f"it is {item.state.value}: it was booked")
    if not because.strip() or len(because) > WORDS_MAX:
        raise ProblemError("invalid_request", f"a reason has 1 to {WORDS_MAX} characters")
    closed = item.closed(SuspenseState.DISMISSED, now=services.clock.now())
    dismissed = replace(closed, detail=f"{item.detail}; dismissed: {because.strip()}")
    if not await services.suspense.change(dismissed):
        return await dismiss_suspended(services, name, because)  # it may have been booked meanwhile
    return dismissed
