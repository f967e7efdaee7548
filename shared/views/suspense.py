"""The list of usage in suspense, for operators."""

import re
from collections import deque

from shared.kernel.times import instant_text
from shared.ports import SUSPENSE_REASONS, Encoding, Suspended, SuspenseState
from shared.service.http import Reply, Request, page_of
from shared.service.query import choice_in, cursor_in, is_newest_first
from shared.service.services import Services

CURSOR = re.compile(r"[0-9]{20}-[0-9a-z-]{1,80}")
"""An item's name."""


async def list_suspense(services: Services, request: Request) -> Reply:
    """Open items, oldest first, or those in another state; with one reason if asked."""
    state = SuspenseState(choice_in(request, "state", tuple(SuspenseState)) or SuspenseState.OPEN)
    reason, limit = choice_in(request, "reason", SUSPENSE_REASONS), request.limit()
    after = cursor_in(request, CURSOR)
    if is_newest_first(request):
        return Reply(200, page_of(await _last(services, state, reason, after, limit + 1), limit))
    shown = []
    async for item in services.suspense.items(state, after or None):
        if reason in {None, item.reason}:
            shown.append(suspended_json(item))
        if len(shown) > limit:
            break
    return Reply(200, page_of(shown, limit))


async def _last(
    services: Services, state: SuspenseState, reason: str | None, before: str, count: int
) -> list[dict[str, object]]:
    """The last *count* items before *before*, newest first. Suspense is read from its beginning, which retention
    bounds; only the items that are needed stay in memory.
    """
    kept: deque[Suspended] = deque(maxlen=count)
    async for item in services.suspense.items(state, None):
        if before and item.id >= before:
            break
        if reason in {None, item.reason}:
            kept.append(item)
    return [suspended_json(item) for item in reversed(kept)]


def suspended_json(item: Suspended) -> dict[str, object]:
    """One item with its whole message. `encoding` is there if the message is not text."""
    encoding = {} if item.encoding is Encoding.TEXT else {"encoding": item.encoding.value}
    return {
        "id": item.id,
        "reason": item.reason,
        "detail": item.detail,
        "receivedAt": instant_text(item.received_at),
        "account": item.account,
        "event": {"source": item.source, "id": item.event} if item.event else None,
        "message": item.message,
        **encoding,
        "state": item.state.value,
    }
