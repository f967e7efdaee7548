"""The list of accounts, for operators."""

import asyncio
import heapq
import re

from shared.kernel.ids import AccountId
from shared.service.http import Reply, Request
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services
from shared.views.account import account_json

CURSOR = re.compile(r"[0-9]{20}-[0-9a-f-]{36}")
"""When an account was opened for the first time, and its id."""

READ_AT_ONCE = 20
"""Books that are read at the same time. Each is a request to the storage."""

KEPT = 1_000
"""How many accounts more than a page needs are found while the register is read: closed ones are not shown."""


async def list_accounts(services: Services, request: Request) -> Reply:
    """Every open account as it is now, the oldest first. Closed accounts are unknown here, as everywhere."""
    limit, after, is_reversed = request.limit(), cursor_in(request, CURSOR), is_newest_first(request)
    shown: list[tuple[str, dict[str, object]]] = []
    wanted, is_last = limit + 1 + KEPT, False
    while len(shown) <= limit and not is_last:
        places = await _places(services, after, wanted, is_reversed=is_reversed)
        is_last, after = len(places) < wanted, places[-1] if places else after
        for begin in range(0, len(places), READ_AT_ONCE):
            shown += await _read(services, places[begin : begin + READ_AT_ONCE])
            if len(shown) > limit:
                break
    following = shown[limit - 1][0] if len(shown) > limit else None
    return Reply(200, {"items": [item for _, item in shown[:limit]], "next": following})


async def _places(services: Services, after: str, wanted: int, *, is_reversed: bool) -> list[str]:
    """The next places of the list. The register is in the order of ids, so all of it is read, a thousand accounts a
    request; only what is needed stays in memory.
    """
    first = heapq.nlargest if is_reversed else heapq.nsmallest
    kept: list[str] = []
    async for place in services.registry.by_age():
        if not after or (place < after if is_reversed else place > after):
            kept.append(place)
            if len(kept) >= 2 * wanted:
                kept = first(wanted, kept)
    return first(wanted, kept)


async def _read(services: Services, places: list[str]) -> list[tuple[str, dict[str, object]]]:
    """The accounts at *places* that are open."""
    books = await asyncio.gather(*(services.ledger.read(AccountId(place[-36:])) for place in places))
    now = services.clock.now()
    return [(place, account_json(book, now=now)) for place, book in zip(places, books, strict=True) if book is not None]
