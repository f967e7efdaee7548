"""The list of accounts, for operators."""

import asyncio
import re
from collections.abc import Sequence

from shared.kernel.ids import AccountId
from shared.service.http import Reply, Request
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services
from shared.views.account import account_json

CURSOR = re.compile(r"[0-9]{20}-[0-9a-f-]{36}")
"""When an account was opened for the first time, and its id."""

READ_AT_ONCE = 20
"""Books that are read at the same time. Each is a request to the storage."""


async def list_accounts(services: Services, request: Request) -> Reply:
    """Every open account as it is now, the oldest first. Closed accounts are unknown here, as everywhere."""
    limit, after, is_reversed = request.limit(), cursor_in(request, CURSOR), is_newest_first(request)
    shown: list[tuple[str, dict[str, object]]] = []
    wanted, is_last = limit + 1, False
    while len(shown) <= limit and not is_last:
        positions = await services.registry.by_age(after, wanted, is_reversed=is_reversed)
        is_last, after = len(positions) < wanted, positions[-1] if positions else after
        for begin in range(0, len(positions), READ_AT_ONCE):
            shown += await _read(services, positions[begin : begin + READ_AT_ONCE])
            if len(shown) > limit:
                break
    following = shown[limit - 1][0] if len(shown) > limit else None
    return Reply(200, {"items": [item for _, item in shown[:limit]], "next": following})


async def _read(services: Services, positions: Sequence[str]) -> list[tuple[str, dict[str, object]]]:
    """The accounts at *positions* that are open."""
    books = await asyncio.gather(*(services.ledger.read(AccountId(position[-36:])) for position in positions))
    now = services.clock.now()
    return [
        (position, account_json(book, now=now))
        for position, book in zip(positions, books, strict=True)
        if book is not None
    ]
