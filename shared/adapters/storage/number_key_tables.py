"""The port `NumberKeys` on the register of accounts: a row an account, apart from the pages that the keys protect."""

import secrets

from shared.kernel.ids import AccountId
from shared.ports import Create, OutcomeUnknownError, RowExistsError, Table, UnavailableError

KEYS = "numberKeys"
"""The partition."""

KEY_BYTES = 32


class NumberKeyTables:
    """Keys by account; a process reads each once."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[AccountId, bytes] = {}

    async def key(self, account: AccountId) -> bytes:
        """See `NumberKeys.key`. The first process that stores one decides."""
        if account not in self._known:
            self._known[account] = await self._stored(account)
        return self._known[account]

    async def _stored(self, account: AccountId) -> bytes:
        row = await self._table.get(KEYS, account)
        if row is not None:
            return bytes.fromhex(str(row.values["key"]))
        made = secrets.token_bytes(KEY_BYTES)
        try:
            await self._table.transact(KEYS, [Create(account, {"key": made.hex()})])
        except RowExistsError:
            return await self._stored(account)
        except OutcomeUnknownError as unknown:
            raise UnavailableError(str(unknown)) from unknown
        return made
