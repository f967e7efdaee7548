"""Restoring lost rows of an account. Besides the loop, only this writes the ledger; nothing else may run meanwhile."""

from collections.abc import Mapping

from shared.kernel.ids import AccountId
from shared.ports import Create, Replace, Table, Value, Write
from shared.posting.journal.keys import HEAD

ROWS_AT_ONCE = 100


class StillThereError(Exception):
    """The account has a head: it is in use and must be audited, not restored."""


async def restore(table: Table, account: AccountId, rows: Mapping[str, Mapping[str, Value]]) -> int:
    """Write *rows* and return how many were missing or different. The head is written last, so that no loop can commit
    to an incomplete account. Raises StillThereError when there is a head, and what `Table` raises. It can be repeated.
    """
    if await table.get(account, HEAD) is not None:
        raise StillThereError(account)
    stored = {row.key: row for row in (await table.range(account, "", "~")).rows}
    writes: list[Write] = []
    for key, values in rows.items():
        current = stored.get(key)
        if key == HEAD or (current is not None and dict(current.values) == dict(values)):
            continue
        writes.append(Replace(key, values, current.etag) if current else Create(key, values))
    for start in range(0, len(writes), ROWS_AT_ONCE):
        await table.transact(account, writes[start : start + ROWS_AT_ONCE])
    await table.transact(account, [Create(HEAD, rows[HEAD])])
    return len(writes) + 1
