"""Restoring lost rows of an account. Beside the loop, the only writer of the ledger; nothing else may run meanwhile."""

from collections.abc import Mapping

from shared.kernel.ids import AccountId
from shared.ports import Create, Replace, Table, Value, Write
from shared.posting.journal.keys import HEAD

ROWS_AT_ONCE = 100


class StillThereError(Exception):
    """The account has a head: it is in use, and what it needs is an audit, not a restoration."""


async def restore(table: Table, account: AccountId, rows: Mapping[str, Mapping[str, Value]]) -> int:
    """Write *rows* and return how many were missing or different. The head comes last, so that no loop can commit to an
    account that is not whole; StillThereError when there is one. Raises what `Table` raises; again is harmless.
    """
    if await table.get(account, HEAD) is not None:
        raise StillThereError(account)
    stored = {row.key: row for row in (await table.range(account, "", "~")).rows}
    writes: list[Write] = []
    for key, values in rows.items():
        there = stored.get(key)
        if key == HEAD or (there is not None and dict(there.values) == dict(values)):
            continue
        writes.append(Replace(key, values, there.etag) if there else Create(key, values))
    for start in range(0, len(writes), ROWS_AT_ONCE):
        await table.transact(account, writes[start : start + ROWS_AT_ONCE])
    await table.transact(account, [Create(HEAD, rows[HEAD])])
    return len(writes) + 1
