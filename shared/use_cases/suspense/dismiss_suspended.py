"""Dismiss an item in suspense that will not be booked (R24). It is kept, with the operator's reason."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from shared.ports import SuspenseState
from shared.service.http import ProblemError, Reply, Request
from shared.service.services import Services
from shared.service.texts import StatedReason
from shared.use_cases.suspense.replay_suspended import find_suspended
from shared.views.suspense import suspended_json


class Dismissal(BaseModel):
    """Why an operator dismisses an item."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    reason: StatedReason


async def dismiss_suspended(services: Services, request: Request) -> Reply:
    """200 with the item as `dismissed`, and the reason after its detail. A repeated request has no further effect. An
    item that was booked, by a replay or as an accepted correction, is refused with `already_exists`.
    """
    reason = request.json(Dismissal).reason
    item = await find_suspended(services, request.path["item"])
    if item.state is SuspenseState.DISMISSED:
        return Reply(200, suspended_json(item))
    if item.state is not SuspenseState.OPEN:
        raise ProblemError("already_exists", f"it is {item.state.value}: its booking exists, and is not dismissed")
    closed = item.closed(SuspenseState.DISMISSED, now=services.clock.now())
    dismissed = replace(closed, detail=f"{item.detail}; dismissed: {reason}")
    if not await services.suspense.change(dismissed):
        return await dismiss_suspended(services, request)  # it may have been booked meanwhile
    return Reply(200, suspended_json(dismissed))
