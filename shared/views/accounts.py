"""The list of accounts, for operators."""

import asyncio
import re
from collections.abc import Iterable

from shared.kernel.ids import AccountId
from shared.service.http import Reply, Request, page_of
from shared.service.query import cursor_in, is_newest_first, no_place
from shared.service.services import Services
from shared.views.account import account_json

CURSOR = re.compile(r"[0-9a-f-]{36}")
"""An account's id."""

READ_AT_ONCE = 20
"""Books that are read at the same time. Each is a request to the storage."""


async def list_accounts(services: Services, request: Request) -> Reply:
    """Every open account as it is now, by its first opening. Closed accounts are unknown here, as everywhere."""
    limit, after = request.limit(), cursor_in(request, CURSOR)
    accounts = await services.registry.oldest_first()
    if is_newest_first(request):
        accounts = accounts[::-1]
    if after and after not in accounts:
        raise no_place()
    shown: list[dict[str, object]] = []
    first = accounts.index(AccountId(after)) + 1 if after else 0
    for begin in range(first, len(accounts), READ_AT_ONCE):
        shown += await _read(services, accounts[begin : begin + READ_AT_ONCE])
        if len(shown) > limit:
            break
    return Reply(200, page_of(shown, limit, "account"))


async def _read(services: Services, accounts: Iterable[AccountId]) -> list[dict[str, object]]:
    books = await asyncio.gather(*map(services.ledger.read, accounts))
    now = services.clock.now()
    return [account_json(book, now=now) for book in books if book is not None]
