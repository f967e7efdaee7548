"""The port `Table` on a file of SQLite: histories that the emulator cannot hold, and no memory of this process."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from shared.ports import Create, Delete, Replace, Row, RowChangedError, RowExistsError, Rows, Write

RESPONSE_ROWS = 1_000
"""Azure answers with at most so many rows at a time."""


class SqliteTable:
    """One table in *file*. *requests* counts what Azure would count."""

    def __init__(self, file: Path, name: str) -> None:
        self._base = sqlite3.connect(file, isolation_level=None)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = OFF")
        self._name = name
        self._base.execute(
            f'CREATE TABLE IF NOT EXISTS "{name}" (place TEXT, key TEXT, etag INTEGER, body TEXT,'
            " PRIMARY KEY (place, key)) WITHOUT ROWID"
        )
        self.requests = 0

    async def get(self, partition: str, key: str) -> Row | None:
        """See `Table.get`."""
        self.requests += 1
        return self._get(partition, key)

    async def range(self, partition: str, first: str, end: str, limit: int | None = None) -> Rows:
        """See `Table.range`."""
        found = self._base.execute(
            f'SELECT key, etag, body FROM "{self._name}" WHERE place = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
            (partition, first, end, -1 if limit is None else limit),
        )
        rows = [Row(key, str(etag), json.loads(body)) for key, etag, body in found]
        responses = max(1, -(-len(rows) // RESPONSE_ROWS))
        self.requests += responses
        return Rows(rows, responses)

    async def transact(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        """See `Table.transact`."""
        self.requests += 1
        self._base.execute("BEGIN IMMEDIATE")
        try:
            etags = [self._write(partition, index, write) for index, write in enumerate(writes)]
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")
        return etags

    def _get(self, partition: str, key: str) -> Row | None:
        found = self._base.execute(
            f'SELECT etag, body FROM "{self._name}" WHERE place = ? AND key = ?', (partition, key)
        ).fetchone()
        return Row(key, str(found[0]), json.loads(found[1])) if found else None

    def _write(self, partition: str, index: int, write: Write) -> str:
        stored = self._get(partition, write.key)
        if isinstance(write, Create) and stored:
            raise RowExistsError(index, write.key)
        if isinstance(write, Replace | Delete) and (stored is None or stored.etag != write.etag):
            raise RowChangedError(index, write.key)
        if isinstance(write, Delete):
            self._base.execute(f'DELETE FROM "{self._name}" WHERE place = ? AND key = ?', (partition, write.key))
            return ""
        etag = int(stored.etag) + 1 if stored else 1
        values = (partition, write.key, etag, json.dumps(dict(write.values)))
        self._base.execute(f'INSERT OR REPLACE INTO "{self._name}" VALUES (?, ?, ?, ?)', values)
        return str(etag)
