"""The outbox: what a commit must still tell. Read, send, delete by ETag; receivers are idempotent."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from shared.kernel.ids import AccountId
from shared.ports import Delete, OutcomeUnknownError, Row, Table, UnavailableError, WriteRefusedError
from shared.posting.journal.keys import OUTBOX, end_of, outbox_key

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to tell: the queue's name, the message, and what only the outbox row may hold."""

    queue: str
    text: str
    private: str


Send: TypeAlias = Callable[[Outgoing], Awaitable[None]]
"""Delivers one thing, perhaps twice. Raises `UnavailableError`."""


FAILURES_MAX = 3
"""One row that cannot be sent must not keep back the others; a service that is away must not be asked for each."""


async def drain(table: Table, account: AccountId, send: Send) -> bool:
    """Send what waits and return whether all of it went. What did not go stays, and the alarm comes back for it."""
    return await _drain(table, account, OUTBOX, end_of(OUTBOX), send)


async def drain_commit(table: Table, account: AccountId, sequence: int, send: Send) -> bool:
    """Send what commit *sequence* has to tell. What others committed they are sending themselves, at this moment: a
    second hand would only tell it twice.
    """
    return await _drain(table, account, outbox_key(sequence, 0), outbox_key(sequence + 1, 0), send)


async def _drain(table: Table, account: AccountId, first: str, end: str, send: Send) -> bool:
    try:
        rows = (await table.range(account, first, end)).rows
    except UnavailableError as outage:
        log.warning("outbox of %s waits: %s", account, outage)
        return False
    failures = 0
    for row in rows:
        failures += not await _told(table, account, row, send)
        if failures == FAILURES_MAX:
            break
    return failures == 0


async def _told(table: Table, account: AccountId, row: Row, send: Send) -> bool:
    """Whether one row was sent and removed."""
    try:
        await send(_outgoing(row))
        await _forget(table, account, row)
    except (UnavailableError, OutcomeUnknownError) as outage:
        log.warning("outbox row %s of %s waits: %s", row.key, account, outage)
        return False
    return True


async def _forget(table: Table, account: AccountId, row: Row) -> None:
    """Remove what was sent; somebody else who sent it too may have been faster."""
    try:
        await table.transact(account, [Delete(row.key, row.etag)])
    except WriteRefusedError:
        log.info("outbox row %s was removed by another process", row.key)


def _outgoing(row: Row) -> Outgoing:
    names = sorted((name for name in row.values if name.startswith("private")), key=lambda name: int(name[7:]))
    escaped = "".join(str(row.values[name]) for name in names)
    return Outgoing(str(row.values["queue"]), str(row.values["text"]), json.loads(escaped) if escaped else "")
