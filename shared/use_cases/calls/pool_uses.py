"""Arithmetic with what calls took from pools, for corrections."""

from collections.abc import Iterable
from dataclasses import replace

from shared.ledger.book import Book
from shared.ledger.change import PoolUse
from shared.ledger.pool import Pool


def total_uses(*uses: Iterable[PoolUse]) -> tuple[PoolUse, ...]:
    """The sum for each pool, without pools whose sum is zero."""
    seconds: dict[str, int] = {}
    users: dict[str, str] = {}
    for use in (each for part in uses for each in part):
        seconds[use.pool] = seconds.get(use.pool, 0) + use.seconds
        users[use.pool] = use.user
    return tuple(PoolUse(pool, total, users[pool]) for pool, total in seconds.items() if total)


def net_uses(before: Iterable[PoolUse], after: Iterable[PoolUse]) -> tuple[PoolUse, ...]:
    """What must be taken from each pool, or given back to it, so that *after* replaces *before*."""
    return total_uses((PoolUse(use.pool, -use.seconds, use.user) for use in before), after)


def without_uses(book: Book, uses: Iterable[PoolUse]) -> Book:
    """The book in which *uses* have been given back to their pools."""
    pools = dict(book.pools)
    for use in uses:
        pool = pools.get(use.pool) or Pool(use.pool, user=use.user)
        pools[use.pool] = replace(pool, used=pool.used - use.seconds)
    return replace(book, pools=pools)
