"""Minute pools of a month: their sizes and what calls have used (R8, CONTRACT 2)."""

import re
from datetime import UTC, datetime

from shared.kernel.times import end_of_month
from shared.ledger.book import Book
from shared.ledger.pool import Pool
from shared.plans.catalogue import plan_at
from shared.plans.pool import PoolId, pool_named, size_seconds
from shared.plans.sizes import Sizes
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal.call_rows import pool_of
from shared.posting.journal.keys import POOL, end_of
from shared.service.http import Flaw, ProblemError, Reply, Request, page_of, refused
from shared.service.query import cursor_in, is_newest_first
from shared.service.services import Services

CURSOR = re.compile(r"[0-9]{4}-[0-9]{2}\.[A-Za-z0-9_.]{1,120}")
_MONTH = re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")


async def list_pools(services: Services, request: Request) -> Reply:
    """The pools of `?month=`, by default the present one: of every subscription in force, and every pool that was used.

    Sizes are by the subscriptions in force now; of a past month, at its end; of a coming one, at its beginning.
    """
    after, limit, newest_first = cursor_in(request, CURSOR), request.limit(), is_newest_first(request)
    month = _month_in(request, services.clock.now())
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    prefix = f"{POOL}{month}."
    rows = (await services.ledger.table.range(request.account, prefix, end_of(prefix))).rows
    used = [pool_of(row.key.removeprefix(POOL), row.values) for row in rows]
    at = _instant_of(month, services.clock.now())
    shown = sorted(_pools_json(book, used, month, at, services.rules.plan_sizes), key=lambda pool: str(pool["id"]))
    if newest_first:
        shown.reverse()
    rest = [
        pool for pool in shown if not after or (str(pool["id"]) < after if newest_first else str(pool["id"]) > after)
    ]
    return Reply(200, page_of(rest[: limit + 1], limit))


def _pools_json(book: Book, used: list[Pool], month: str, at: datetime, sizes: Sizes) -> list[dict[str, object]]:
    in_force = book.entitlements.in_force(at)
    named = {pool.key: (pool_named(pool.key, pool.user), pool.used) for pool in used}
    for subscription in in_force:
        plan = plan_at(subscription.plan, at)
        for pool in plan.pools if plan else ():
            if plan is None or not pool.pooled:
                continue  # each user has a pool, which is shown once it is used
            place = "" if plan.is_conference else pool.shared_location(subscription.usage_location)
            name = PoolId(plan.plan, pool.destinations, place, "", month)
            named.setdefault(name.key, (name, 0))
    return [
        {
            "id": key,
            "capability": pool.capability,
            "destinations": pool.destinations.value,
            "usageLocation": pool.usage_location or None,
            "user": pool.user or None,
            "month": month,
            "sizeSeconds": size,
            "usedSeconds": used,
        }
        for key, (pool, used) in named.items()
        if (size := size_seconds(pool, in_force, at, sizes, book.terms.country)) or used
    ]


def _month_in(request: Request, now: datetime) -> str:
    text = request.query.get("month") or f"{now.astimezone(UTC):%Y-%m}"
    if _MONTH.fullmatch(text) is None:
        raise ProblemError(
            "invalid_request", "month is such as 2026-11", (Flaw("/month", "invalid", "such as 2026-11"),)
        )
    return text


def _instant_of(month: str, now: datetime) -> datetime:
    first = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    return min(max(now, first), end_of_month(first))
