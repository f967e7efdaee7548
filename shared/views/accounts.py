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
"""How many accounts more than a page needs are kept in memory while the register is read."""


async def list_accounts(services: Services, request: Request) -> Reply:
    """Every open account as it is now, the oldest first. Closed accounts are unknown here, as everywhere."""
    limit, after, is_reversed = request.limit(), cursor_in(request, CURSOR), is_newest_first(request)
    shown: list[tuple[str, dict[str, object]]] = []
    while len(shown) <= limit:
        wanted = limit + 1 - len(shown)
        places = await _places(services, after, wanted, is_reversed=is_reversed)
        shown += await _read(services, places)
        if len(places) < wanted:
            break
        after = places[-1]
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
            if len(kept) >= wanted + KEPT:
                kept = first(wanted, kept)
    return first(wanted, kept)


async def _read(services: Services, places: list[str]) -> list[tuple[str, dict[str, object]]]:
    shown: list[tuple[str, dict[str, object]]] = []
    for begin in range(0, len(places), READ_AT_ONCE):
        some = places[begin : begin + READ_AT_ONCE]
        books = await asyncio.gather(*(services.ledger.read(AccountId(place[-36:])) for place in some))
        now = services.clock.now()
        shown += [
            (place, account_json(book, now=now)) for place, book in zip(some, books, strict=True) if book is not None
        ]
    return shown
