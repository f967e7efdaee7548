"""Telling that 80 or 100 % of a pool's minutes are used (R8): once, by the call that crosses the level."""

from collections.abc import Iterable
from datetime import datetime

from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change, PoolUse
from shared.ledger.pool import Pool
from shared.notices.account_kinds import PoolLevel
from shared.notices.notify import notice_message
from shared.plans.pool import pool_named, size_seconds
from shared.plans.sizes import Sizes

LEVELS = (100, 80)
"""Percentages of which administrators are told; the highest one that a call crosses."""


def pool_levels(book: Book, uses: Iterable[PoolUse], started_at: datetime, sizes: Sizes, *, now: datetime) -> Change:
    """Tell of the levels that *uses* of a call that began at *started_at* cross. *book* is the one before the call.

    Nothing is remembered: use of a pool only grows, and is decided on the book of its own commit. A correction that
    gives minutes back, or licences that enlarge the pool, make another crossing possible.
    """
    change = NOTHING
    for use in uses:
        name = pool_named(use.pool, use.user)
        in_force = book.entitlements.in_force(started_at)
        size = size_seconds(name, in_force, started_at, sizes, book.terms.country)
        before = (book.pools.get(use.pool) or Pool(use.pool)).used
        after = before + use.seconds
        level = next((each for each in LEVELS if before * 100 < size * each <= after * 100), None)
        if level is None:
            continue
        notice = PoolLevel(
            at=now,
            level=level,
            capability=name.capability,
            destinations=name.destinations.value,
            usage_location=name.usage_location,
            user=name.user,
            month=name.month,
            used_seconds=after,
            size_seconds=size,
        )
        change = change.then(Change(outbox=(notice_message(book, notice),)))
    return change
