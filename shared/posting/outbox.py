"""The outbox: messages of a commit that must still be sent. Read, send, delete by ETag; receivers are idempotent.

Records of calls wait: those of many commits are stored together, before the next report and by the alarm at the latest.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.kernel.ids import AccountId
from shared.ports import Delete, OutcomeUnknownError, Row, Table, UnavailableError, WriteRefusedError
from shared.posting.journal.keys import OUTBOX, end_of, outbox_key
from shared.posting.loop.record_message import CALL_RECORDS

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message to send: the queue's name, the text, and the private part that only the outbox row may hold."""

    queue: str
    text: str
    private: str


Send: TypeAlias = Callable[[OutgoingMessage], Awaitable[None]]
"""Sends one message, perhaps twice. Raises `UnavailableError`."""

Record: TypeAlias = Callable[[Sequence[OutgoingMessage]], Awaitable[None]]
"""Stores the records of calls in messages of one account, perhaps twice. Raises `UnavailableError`."""


ROWS_AT_ONCE = 100
"""Rows that are sent before they are deleted together: as many as a transaction holds."""

FAILURES_MAX = 3
"""Failures after which sending stops. One row that cannot be sent must not keep back the others; during an outage, not
every row should be tried."""


async def drain(table: Table, account: AccountId, send: Send, record: Record) -> bool:
    """Send what waits, and return whether everything was sent. The rest stays, and the alarm sends it later."""
    rows = await _read(table, account, OUTBOX, end_of(OUTBOX))
    if rows is None:
        return False
    is_sent = await _send_all(table, account, [row for row in rows if not _has_records(row)], send)
    return await _record_all(table, account, rows, record) and is_sent


async def drain_commit(table: Table, account: AccountId, sequence: int, send: Send, rows: Sequence[Row] | None) -> bool:
    """Send the messages of commit *sequence* only: other processes are sending theirs at this moment, and sending those
    here would send them twice. Its records of calls wait. *rows*: its outbox rows as they were just written; None: they
    are read.
    """
    if rows is None:
        rows = await _read(table, account, outbox_key(sequence, 0), outbox_key(sequence + 1, 0))
    if rows is None:
        return False
    return await _send_all(table, account, [row for row in rows if not _has_records(row)], send)


async def store_records(table: Table, account: AccountId, record: Record) -> bool:
    """Store the records of calls that wait, and return whether all were stored. If another process does the same,
    nothing changes. A record that can never be stored keeps nobody from reading the others: only `drain` fails.
    """
    try:
        rows = await _read(table, account, OUTBOX, end_of(OUTBOX))
        return rows is not None and await _record_all(table, account, rows, record)
    except Exception:
        log.exception("the records of calls of %s wait", account)
        return False


async def _read(table: Table, account: AccountId, first: str, end: str) -> Sequence[Row] | None:
    try:
        return (await table.range(account, first, end)).rows
    except UnavailableError as outage:
        log.warning("outbox of %s waits: %s", account, outage)
        return None


def _has_records(row: Row) -> bool:
    return row.values["queue"] == CALL_RECORDS


async def _record_all(table: Table, account: AccountId, rows: Sequence[Row], record: Record) -> bool:
    """Store the records that *rows* have, then delete those rows; return whether none of them is left."""
    waiting = [row for row in rows if _has_records(row)]
    for start in range(0, len(waiting), ROWS_AT_ONCE):
        together = waiting[start : start + ROWS_AT_ONCE]
        try:
            await record([_outgoing(row) for row in together])
        except (UnavailableError, OutcomeUnknownError) as outage:
            log.warning("records of calls of %s wait: %s", account, outage)
            return False
        if not await _delete(table, account, together):
            return False
    return True


async def _send_all(table: Table, account: AccountId, rows: Sequence[Row], send: Send) -> bool:
    """Send and delete *rows*, and return whether none of them is left."""
    failures = 0
    for start in range(0, len(rows), ROWS_AT_ONCE):
        failures += await _send_together(table, account, rows[start : start + ROWS_AT_ONCE], send, failures)
        if failures >= FAILURES_MAX:
            break
    return failures == 0


async def _send_together(table: Table, account: AccountId, rows: Sequence[Row], send: Send, before: int) -> int:
    """Send rows, then delete those that were sent in one transaction; return the number of failures. *before* is the
    number of earlier ones.
    """
    sent: list[Row] = []
    failures = 0
    try:
        for row in rows:
            if await _is_sent(account, row, send):
                sent.append(row)
            elif before + (failures := failures + 1) == FAILURES_MAX:
                break
    except Exception:
        await _delete(table, account, sent)
        raise
    return failures + (not await _delete(table, account, sent))


async def _is_sent(account: AccountId, row: Row, send: Send) -> bool:
    """Send one row, and return whether that succeeded."""
    try:
        await send(_outgoing(row))
    except (UnavailableError, OutcomeUnknownError) as outage:
        log.warning("outbox row %s of %s waits: %s", row.key, account, outage)
        return False
    return True


async def _delete(table: Table, account: AccountId, rows: Sequence[Row]) -> bool:
    """Delete sent rows, and return whether none of them is left. If another process has sent and deleted one before,
    the storage refuses all: then each is deleted alone.
    """
    if not rows:
        return True
    try:
        await table.transact(account, [Delete(row.key, row.etag) for row in rows])
    except WriteRefusedError:
        if len(rows) > 1:
            return all([await _delete(table, account, [row]) for row in rows])
        log.info("outbox row %s was removed by another process", rows[0].key)
    except OutcomeUnknownError as outage:
        log.warning("%s sent outbox rows of %s stay: %s", len(rows), account, outage)
        return False
    return True


def _outgoing(row: Row) -> OutgoingMessage:
    names = sorted((name for name in row.values if name.startswith("private")), key=lambda name: int(name[7:]))
    escaped = "".join(str(row.values[name]) for name in names)
    return OutgoingMessage(str(row.values["queue"]), str(row.values["text"]), json.loads(escaped) if escaped else "")
