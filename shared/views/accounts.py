"""The list of accounts, for operators."""

import asyncio
import re
from collections import deque

from shared.kernel.ids import AccountId
from shared.service.http import Reply, Request, page_of
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services
from shared.views.account import account_json

CURSOR = re.compile(r"[0-9a-f-]{36}")
"""An account's id."""

READ_AT_ONCE = 20
"""Books that are read at the same time. Each is a request to the storage."""


async def list_accounts(services: Services, request: Request) -> Reply:
    """Every open account as it is now, in the order of their ids. Closed accounts are unknown here, as everywhere."""
    limit, after = request.limit(), cursor_in(request, CURSOR)
    if is_newest_first(request):
        return Reply(200, page_of(await _read(services, await _last(services, after, limit + 1)), limit, "account"))
    shown: list[dict[str, object]] = []
    waiting: list[AccountId] = []
    async for account in services.registry.accounts_after(after):
        waiting.append(account)
        if len(waiting) == READ_AT_ONCE:
            shown += await _read(services, waiting)
            waiting = []
        if len(shown) > limit:
            break
    shown += await _read(services, waiting)
    return Reply(200, page_of(shown, limit, "account"))


async def _last(services: Services, before: str, count: int) -> list[AccountId]:
    """The last *count* ids before *before*, in reverse. The register is read from its beginning, a thousand ids a
    request; only the ids that are needed stay in memory.
    """
    kept: deque[AccountId] = deque(maxlen=count)
    async for account in services.registry.accounts_after(""):
        if before and account >= before:
            break
        kept.append(account)
    return [*reversed(kept)]


async def _read(services: Services, accounts: list[AccountId]) -> list[dict[str, object]]:
    books = await asyncio.gather(*map(services.ledger.read, accounts))
    now = services.clock.now()
    return [account_json(book, now=now) for book in books if book is not None]
