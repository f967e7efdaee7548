"""An account as a replay needs it: its book with the pools of these months, and the rules that operators set."""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.insight.replay import ReplayRules
from shared.kernel.times import next_month
from shared.ledger.book import Book
from shared.ledger.recharged import month_of
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal.call_rows import pool_of
from shared.posting.journal.keys import POOL, end_of
from shared.service.http import Request, refused
from shared.service.services import Services


async def present_book(services: Services, request: Request) -> tuple[Book, datetime]:
    """The book as stored now, with its pools, and the account's present time: the clock, but not before its last page.
    ProblemError for an unknown account.
    """
    book = await services.ledger.read(request.account)
    if book is None:
        raise refused(UNKNOWN_ACCOUNT)
    now = max(services.clock.now(), book.position.at)
    return await with_pools(services, book, now=now), now


async def with_pools(services: Services, book: Book, *, now: datetime) -> Book:
    """*book* with what is used of the pools of this month and the one before: calls in progress may have begun then."""
    if not book.entitlements.subscriptions and not any(hold.pool for hold in book.holds.values()):
        return book
    pools = dict(book.pools)
    for month in (month_of(now.replace(day=1) - timedelta(days=1)), month_of(now), month_of(next_month(now))):
        prefix = f"{POOL}{month}."
        rows = (await services.ledger.table.range(book.terms.account, prefix, end_of(prefix))).rows
        found = (pool_of(row.key.removeprefix(POOL), row.values) for row in rows)
        pools |= {pool.key: pool for pool in found}
    return replace(book, pools=pools)


def replay_rules(services: Services) -> ReplayRules:
    """The rules by which this service books."""
    return ReplayRules(services.rules.grace, services.ledger.recharge_rules)
