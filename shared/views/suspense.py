"""Suspense, as operators read it."""

from shared.kernel.times import instant_text
from shared.ports import Suspended, SuspenseState
from shared.service.http import Flaw, ProblemError, Reply, Request, page_of
from shared.service.services import Services


async def list_suspense(services: Services, request: Request) -> Reply:
    """What waits, oldest first; `?state=` shows what became of others."""
    text, limit = request.query.get("state", SuspenseState.OPEN), request.limit()
    try:
        state = SuspenseState(text)
    except ValueError as error:
        flaw = Flaw("/state", "unknown", "one of " + ", ".join(SuspenseState))
        raise ProblemError("invalid_request", "there is no such state", (flaw,)) from error
    shown = []
    async for item in services.suspense.items(state, request.query.get("after")):
        shown.append(suspended_json(item))
        if len(shown) > limit:
            break
    return Reply(200, page_of(shown, limit))


def suspended_json(item: Suspended) -> dict[str, object]:
    """One item, whole: an operator must see what came."""
    return {
        "id": item.id,
        "reason": item.reason,
        "detail": item.detail,
        "receivedAt": instant_text(item.received_at),
        "account": item.account,
        "event": {"source": item.source, "id": item.event} if item.event else None,
        "message": item.message,
        "state": item.state.value,
    }
