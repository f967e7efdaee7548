"""Rows that are read only when a decision needs them: licences and pools. An account may have many thousands of them.

Whoever writes such a row also writes the head. A book that holds an old one therefore cannot be committed, and no
refusal rests on it either, because the head is checked again after the read.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from shared.kernel.ids import AccountId
from shared.ledger.book import Book
from shared.ledger.entitlements import Licence
from shared.ledger.pool import Pool
from shared.ports import Table
from shared.posting.decision import Decision
from shared.posting.journal.call_rows import licence_of, pool_of
from shared.posting.journal.keys import POOL, licence_key
from shared.posting.journal.rows import Loaded

KEPT_MAX = 4_000
"""Licences and pools of one account that stay in memory; above it, all are dropped and read again when needed."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What decisions need and the book does not hold yet: users and keys of pools."""

    users: tuple[str, ...]
    pools: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.users or self.pools)


def missing(book: Book, decisions: Iterable[Decision]) -> Missing:
    """What must be read before *decisions* are decided on *book*."""
    users, pools = dict[str, None](), dict[str, None]()
    for decision in decisions:
        users.update((user, None) for user in decision.licences if user not in book.licences)
        if decision.pools is not None:
            pools.update((key, None) for key in decision.pools(book) if key not in book.pools)
    return Missing(tuple(users), tuple(pools))


async def with_needed(table: Table, account: AccountId, loaded: Loaded, decisions: Sequence[Decision]) -> Loaded:
    """*loaded* with everything that *decisions* need, read at the same time; *loaded* itself when nothing is missing.
    A licence that has been read may lead to another pool.
    """
    wanted = missing(loaded.book, decisions)
    if wanted and len(loaded.book.licences) + len(loaded.book.pools) > KEPT_MAX:
        loaded = replace(loaded, book=replace(loaded.book, licences={}, pools={}))
        wanted = missing(loaded.book, decisions)
    while wanted:
        loaded = await _with_read(table, account, loaded, wanted)
        wanted = missing(loaded.book, decisions)
    return loaded


async def _with_read(table: Table, account: AccountId, loaded: Loaded, wanted: Missing) -> Loaded:
    """*loaded* with what is *wanted*. Before the first licence of an account was assigned there is none to read."""
    book = loaded.book
    users = wanted.users if book.entitlements.licensed_since else ()
    keys = [*(licence_key(user) for user in users), *(POOL + pool for pool in wanted.pools)]
    rows = await asyncio.gather(*(table.get(account, key) for key in keys))
    found = {row.key: row for row in rows if row}
    licences = {user: Licence(user) for user in wanted.users}
    licences |= {user: licence_of(found[licence_key(user)].values) for user in users if licence_key(user) in found}
    pools = {key: Pool(key) for key in wanted.pools}
    pools |= {key: pool_of(key, found[POOL + key].values) for key in wanted.pools if POOL + key in found}
    return Loaded(
        replace(book, licences={**book.licences, **licences}, pools={**book.pools, **pools}),
        {**loaded.etags, **{key: row.etag for key, row in found.items()}},
    )
