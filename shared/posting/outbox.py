"""The outbox: messages of a commit that must still be sent. Read, send, delete by ETag; receivers are idempotent."""

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
class OutgoingMessage:
    """A message to send: the queue's name, the text, and the private part that only the outbox row may hold."""

    queue: str
    text: str
    private: str


Send: TypeAlias = Callable[[OutgoingMessage], Awaitable[None]]
"""Sends one message, perhaps twice. Raises `UnavailableError`."""


FAILURES_MAX = 3
"""Failures after which sending stops. One row that cannot be sent must not keep back the others; during an outage, not
every row should be tried."""


async def drain(table: Table, account: AccountId, send: Send) -> bool:
    """Send what waits, and return whether everything was sent. The rest stays, and the alarm sends it later."""
    return await _drain(table, account, OUTBOX, end_of(OUTBOX), send)


async def drain_commit(table: Table, account: AccountId, sequence: int, send: Send) -> bool:
    """Send the messages of commit *sequence* only. Other processes are sending theirs at this moment; sending those
    here would send them twice.
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
        failures += not await _send_row(table, account, row, send)
        if failures == FAILURES_MAX:
            break
    return failures == 0


async def _send_row(table: Table, account: AccountId, row: Row, send: Send) -> bool:
    """Send one row and delete it, and return whether that succeeded."""
    try:
        await send(_outgoing(row))
        await _delete(table, account, row)
    except (UnavailableError, OutcomeUnknownError) as outage:
        log.warning("outbox row %s of %s waits: %s", row.key, account, outage)
        return False
    return True


async def _delete(table: Table, account: AccountId, row: Row) -> None:
    """Delete a sent row; another process may have sent and deleted it before."""
    try:
        await table.transact(account, [Delete(row.key, row.etag)])
    except WriteRefusedError:
        log.info("outbox row %s was removed by another process", row.key)


def _outgoing(row: Row) -> OutgoingMessage:
    names = sorted((name for name in row.values if name.startswith("private")), key=lambda name: int(name[7:]))
    escaped = "".join(str(row.values[name]) for name in names)
    return OutgoingMessage(str(row.values["queue"]), str(row.values["text"]), json.loads(escaped) if escaped else "")
