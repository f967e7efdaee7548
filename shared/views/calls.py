"""Call records: each call as it is booked now, with whole numbers while they are kept (R20, R27, CONTRACT 2.5)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.kernel.times import instant_text
from shared.ports import StoredCall
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.concealed import concealed
from shared.service.http import Reply, Request, page_of, refused
from shared.service.query import cursor_in, instant_in, is_newest_first
from shared.service.services import Services
from shared.views.account import money_json
from shared.views.movements import explanation_json

CURSOR = re.compile(r"[0-9]{20}-[0-9a-f]{1,64}")
"""A call's name."""

CALLS_READ_MAX = 10_000
"""What one request reads at most: the calls of one user may be rare. The rest is behind `next`."""

FIRST, END = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
"""Every call starts between them."""


async def list_calls(services: Services, request: Request) -> Reply:
    """Calls that started in [from, to), oldest first unless `order=desc`, of one user if asked. `next` is not null
    until all of them have been read, even if a page of the list has no item.
    """
    after, limit, newest_first = cursor_in(request, CURSOR), request.limit(), is_newest_first(request)
    first, end = instant_in(request, "from") or FIRST, instant_in(request, "to") or END
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    user = await concealed(services, request.account, request.query.get("user", ""))
    shown: list[dict[str, Any]] = []
    read = 0
    async for call in services.reports.calls.calls(request.account, first, end, after, newest_first=newest_first):
        if not user or call.facts["user"] == user:
            shown.append(call_json(call, book.terms.currency))
        read += 1
        if len(shown) > limit:
            return Reply(200, page_of(shown, limit))
        if read == CALLS_READ_MAX:
            return Reply(200, {"items": shown, "next": call.name})
    return Reply(200, page_of(shown, limit))


def call_json(call: StoredCall, currency: str) -> dict[str, Any]:
    """One call. Its numbers are null once their retention has ended. A name that pages conceal is whole until then."""
    facts, numbers = call.facts, call.numbers
    source, name = numbers.get("event") or facts["event"]
    why: Mapping[str, Any] = facts["explanation"]
    return {
        "id": call.name,
        "event": {"source": source, "id": name},
        "startedAt": instant_text(call.started_at),
        "direction": facts["direction"],
        "service": facts["service"],
        "callKind": why.get("callKind"),
        "user": numbers.get("user") or facts["user"] or None,
        "capability": facts["capability"] or None,
        "calling": numbers.get("calling"),
        "called": numbers.get("called"),
        "seconds": why["seconds"],
        "billedSeconds": facts.get("billedSeconds", why["billedSeconds"]),
        "freeSeconds": facts.get("freeSeconds", why["freeSeconds"]),
        "amount": money_json(facts["amount"], currency),
        "isReversed": bool(facts.get("isReversed")),
        "explanation": explanation_json(why, currency),
    }
