"""One alarm an account, for everything it waits for (DESIGN 4, ALARM).

A timer's work grows with what is due, not with the number of accounts.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant, whole_second_up
from shared.ledger.book import Book
from shared.ledger.expire import next_expiry_check
from shared.ledger.settle import is_unsettled
from shared.ledger.slot import SlotState
from shared.ports import Delete, OutcomeUnknownError, Replace, Row, RowChangedError, Table, Upsert, WriteRefusedError
from shared.posting.journal.keys import shard_of
from shared.purchasing import purchase
from shared.recharge import slot

SHARDS = "0123456789abcdef"

OUTBOX_LOOK = timedelta(seconds=60)
"""How long after a commit with something to tell its outbox is looked at: the committer drains it at once, the alarm
covers the committer's death."""

SENT_AT = "sentAt"
"""The property that says when a wake-up of the alarm was sent."""

WAKE_UP_LIFETIME = timedelta(minutes=10)
"""How long the wake-up of an alarm waits in its queue, tries included, before it vanishes. Longer than a message is
tried in an outage, and short enough as the delay when one is lost."""

MARGIN = timedelta(minutes=2)
"""How much later the alarm is sent again, so that two wake-ups of it are never under way: without that, a backlog would
feed itself."""

ROWS_AT_ONCE = 100
"""Rows of a transaction; the alarms of a shard lie in one partition."""

BEHIND = "~"
"""Sorts behind every account in a row key of the same instant."""


def earliest(book: Book, grace: timedelta, *, now: datetime, has_outbox: bool) -> datetime | None:
    """When the account must be looked at next though nobody asks (A1), in whole seconds, rounded up."""
    waits: list[datetime | None] = [next_expiry_check(lot, grace, now=now) for lot in book.lots.values()]
    waits += [slot.next_look(book.slot, after=now)]
    waits += [purchase.next_look(intent, after=now) for intent in book.intents.values()]
    waits += [now + OUTBOX_LOOK] if has_outbox else []
    waits += [book.pause.until] if book.slot.state is SlotState.IDLE else []
    waits += [now] if is_unsettled(book, now=now) else []
    instants = [wait for wait in waits if wait is not None]
    return whole_second_up(min(instants)) if instants else None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An account that asked to be looked at, at *at*."""

    account: AccountId
    at: datetime


class Alarms:
    """The table of alarms: partition = shard of the account, row key = instant|account."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def set(self, alarm: Alarm) -> None:
        """Make sure that the alarm is there, with no wake-up of it under way. Raises what `Table.transact` raises."""
        row = Upsert(_key(alarm), {"account": alarm.account})
        await self._table.transact(shard_of(alarm.account), [row])

    async def read(self, alarm: Alarm) -> Row | None:
        """The alarm's row with its ETag: what is deleted later is only what was seen (A3)."""
        return await self._table.get(shard_of(alarm.account), _key(alarm))

    async def delete(self, alarm: Alarm, seen: Row) -> None:
        """Remove the alarm as it was seen. Raises what `Table.transact` raises."""
        await self._table.transact(shard_of(alarm.account), [Delete(seen.key, seen.etag)])

    async def release(self, alarm: Alarm, seen: Row) -> None:
        """Let the next timer send the alarm again: not all that was due could be done. Raises what `Table.transact`
        raises.
        """
        await self._table.transact(shard_of(alarm.account), [_unsent(seen)])

    async def claim_due(self, shard: str, *, now: datetime) -> Sequence[Row]:
        """The shard's alarms at or before *now* of which no wake-up is under way, each marked as sent: whoever claims
        one sends its wake-up, and nobody else does. Raises `UnavailableError`.
        """
        found = await self._table.range(shard, "", _behind(now))
        unsent = [row for row in found.rows if _is_to_be_sent(row, now=now)]
        claimed: list[Row] = []
        for start in range(0, len(unsent), ROWS_AT_ONCE):
            claimed += await self._claim(shard, unsent[start : start + ROWS_AT_ONCE], now=now)
        return claimed

    async def _claim(self, shard: str, rows: Sequence[Row], *, now: datetime) -> Sequence[Row]:
        """Those of *rows* that could be marked; one that somebody else has changed meanwhile is left to them."""
        left = [replace(row, values={**row.values, SENT_AT: instant_text(now)}) for row in rows]
        while left:
            try:
                etags = await self._table.transact(shard, [Replace(row.key, row.values, row.etag) for row in left])
            except RowChangedError as changed:
                del left[changed.index]
            except OutcomeUnknownError:
                return []  # marked or not: sent by the next timer, or when the mark has run out
            else:
                return [replace(row, etag=etag) for row, etag in zip(left, etags, strict=True)]
        return []

    async def give_back(self, shard: str, claimed: Sequence[Row]) -> None:
        """Undo the claim of alarms that were not sent. Where that fails, their marks run out."""
        for start in range(0, len(claimed), ROWS_AT_ONCE):
            with suppress(WriteRefusedError, OutcomeUnknownError):
                await self._table.transact(shard, [_unsent(row) for row in claimed[start : start + ROWS_AT_ONCE]])

    async def due(self, shard: str, *, now: datetime) -> Sequence[Alarm]:
        """The shard's alarms at or before *now*, oldest first."""
        found = await self._table.range(shard, "", _behind(now))
        return [alarm_of(row) for row in found.rows]


def _behind(now: datetime) -> str:
    """The key behind every alarm that is due at *now*."""
    return f"{instant_text(now.replace(microsecond=0))}|{BEHIND}"


def _is_to_be_sent(row: Row, *, now: datetime) -> bool:
    """Whether no wake-up of this alarm can be under way any more. A clock that was ahead may have marked it."""
    if SENT_AT not in row.values:
        return True
    sent_at = parse_instant(str(row.values[SENT_AT]))
    return not sent_at - MARGIN <= now < sent_at + WAKE_UP_LIFETIME + MARGIN


def _key(alarm: Alarm) -> str:
    return f"{instant_text(alarm.at)}|{alarm.account}"


def _unsent(row: Row) -> Replace:
    return Replace(row.key, {name: value for name, value in row.values.items() if name != SENT_AT}, row.etag)


def alarm_of(row: Row) -> Alarm:
    """The alarm that a row is."""
    instant, account = row.key.split("|")
    return Alarm(AccountId(account), parse_instant(instant))
