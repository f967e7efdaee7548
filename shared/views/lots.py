"""The list of lots, for portals."""

import re
from datetime import datetime

from shared.kernel.times import instant_text
from shared.ledger.book import Lot
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal import reads
from shared.service.http import Reply, Request, page_of, refused
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services
from shared.views.account import money_json

CURSOR = re.compile(r"[0-9]{20}-[0-9a-f]{1,64}")
"""A lot's name."""


async def list_lots(services: Services, request: Request) -> Reply:
    """Every lot there ever was, oldest first, or newest first if asked."""
    after, limit, newest_first = cursor_in(request, CURSOR), request.limit(), is_newest_first(request)
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    terms = book.terms
    lots = await reads.all_lots(services.ledger.table, request.account)
    if newest_first:
        rest = [lot for lot in reversed(lots) if not after or lot.id < after]
    else:
        rest = [lot for lot in lots if lot.id > after]
    now = services.clock.now()
    shown = [lot_json(lot, terms.currency, now=now) for lot in rest[: limit + 1]]
    return Reply(200, page_of(shown, limit))


def lot_json(lot: Lot, currency: str, *, now: datetime) -> dict[str, object]:
    """One lot. What is left in an expired one can still pay for calls that began before, until it lapses (R2)."""
    return {
        "id": lot.id,
        "source": lot.source.value,
        "kind": lot.funding.value,
        "priority": lot.priority,
        "scope": list(lot.scope),
        "original": money_json(lot.original, currency),
        "remaining": money_json(lot.remaining, currency),
        "pinned": money_json(lot.pinned + lot.refunding, currency),
        "purchasedAt": instant_text(lot.purchased_at),
        "expiresAt": instant_text(lot.expires_at),
        "state": _state(lot, now=now),
        "reference": lot.reference or None,
    }


def _state(lot: Lot, *, now: datetime) -> str:
    if lot.is_disputed:
        return "disputed"
    if lot.remaining == 0:
        return "refunded" if lot.ends_refunded else "expired" if lot.expired else "spent"
    return "open" if lot.usable_at(now) else "expired"
