"""The port `CardAttempts` on a table: one row for each account, replaced under its ETag, so that all processes share
one count.
"""

import json
from asyncio import Lock
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from shared.kernel.ids import AccountId, digest
from shared.ports import (
    Create,
    OutcomeUnknownError,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    Table,
    UnavailableError,
)
from shared.purchasing.card_attempts import Attempt, Limits, counted, wait_before

WINDOW_ROW = "window"
PROPERTY = "attempts"

TRIES = 20
"""Lost races in a row after which the caller gets `UnavailableError`. Within a process the attempts of an account wait
for each other, so only other processes compete.
"""

Attempts = tuple[Attempt, ...]


class CardAttemptTables:
    """The record of card attempts. *limits* apply to every account."""

    def __init__(self, table: Table, limits: Limits) -> None:
        self._table = table
        self._limits = limits
        self._locks: WeakValueDictionary[AccountId, Lock] = WeakValueDictionary()

    async def admit(self, account: AccountId, name: str, now: datetime) -> timedelta | None:
        """See `CardAttempts.admit`."""
        waits: list[timedelta] = []
        short = _short(name)

        def add(known: Attempts) -> Attempts:
            waits.clear()
            if any(attempt.name == short for attempt in known):
                return known
            wait = wait_before(known, self._limits, now)
            if wait is not None:
                waits.append(wait)
                return known
            return (*known, Attempt(short, now, declined=False))

        await self._change(account, now, add)
        return waits[0] if waits else None

    async def record_decline(self, account: AccountId, name: str, now: datetime) -> None:
        """See `CardAttempts.record_decline`."""
        short = _short(name)

        def note(known: Attempts) -> Attempts:
            return tuple(replace(attempt, declined=attempt.declined or attempt.name == short) for attempt in known)

        await self._change(account, now, note)

    async def _change(self, account: AccountId, now: datetime, change: Callable[[Attempts], Attempts]) -> None:
        """Apply *change* to the attempts that count, and store the result if it differs."""
        async with self._locks.setdefault(account, Lock()):
            for _ in range(TRIES):
                row = await self._table.get(account, WINDOW_ROW)
                known = counted(_read(row), now)
                changed = change(known)
                if changed == known or await self._stored(account, changed, row):
                    return
        raise UnavailableError("other processes are counting attempts of the same account")

    async def _stored(self, account: AccountId, attempts: Attempts, row: Row | None) -> bool:
        """Store the attempts; False when another process was faster or the outcome is unknown: then they are read
        again.
        """
        values = {PROPERTY: _written(attempts)}
        write = Replace(WINDOW_ROW, values, row.etag) if row else Create(WINDOW_ROW, values)
        try:
            await self._table.transact(account, [write])
        except (RowExistsError, RowChangedError, OutcomeUnknownError):
            return False
        return True


def _short(name: str) -> str:
    """The attempt's name in the row, short because a thousand must fit into one property."""
    return digest(name)[:12]


def _written(attempts: Sequence[Attempt]) -> str:
    facts = [[attempt.name, int(attempt.at.timestamp()), int(attempt.declined)] for attempt in attempts]
    return json.dumps(facts, separators=(",", ":"))


def _read(row: Row | None) -> Attempts:
    facts = json.loads(str(row.values[PROPERTY])) if row else []
    return tuple(Attempt(name, datetime.fromtimestamp(at, UTC), bool(declined)) for name, at, declined in facts)
