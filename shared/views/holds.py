"""Open holds, for portals and operators (R14)."""

import re

from shared.kernel.times import instant_text
from shared.ledger.hold import Hold
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.service.http import Reply, Request, refused
from shared.service.query import names_on_page
from shared.service.services import Services
from shared.views.account import money_json

CURSOR = re.compile(r"[0-9]{20}-[0-9a-f]{1,64}")


async def list_holds(services: Services, request: Request) -> Reply:
    """The open holds, in the order in which their calls were authorised."""
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    holds, limit = {_name(hold): hold for hold in book.holds.values()}, request.limit()
    names = names_on_page(request, holds, CURSOR)
    shown = [hold_json(holds[name], book.terms.currency) for name in names[:limit]]
    return Reply(200, {"items": shown, "next": names[limit - 1] if len(names) > limit else None})


def hold_json(hold: Hold, currency: str) -> dict[str, object]:
    """One open hold. Its amount is what is set aside in lots; a pool may pay further seconds."""
    return {
        "leg": hold.leg,
        "since": instant_text(hold.since),
        "validUntil": instant_text(hold.until),
        "amount": money_json(hold.pinned, currency),
        "lots": [{"lot": lot, "amount": money_json(amount, currency)} for lot, amount in hold.pins],
        "callKind": hold.call_kind,
        "user": hold.user or None,
        "maxSeconds": hold.seconds,
        "freeSeconds": hold.pool_seconds,
        "pool": hold.pool or None,
    }


def _name(hold: Hold) -> str:
    return f"{hold.since:%Y%m%d%H%M%S%f}-{hold.key}"
