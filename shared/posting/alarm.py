"""One alarm an account, for everything it waits for (DESIGN 4, ALARM).

A timer's work grows with what is due, not with the number of accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant, whole_second_up
from shared.ledger.book import Book
from shared.ledger.expire import next_expiry_look
from shared.ports import Delete, Row, Table, Upsert
from shared.posting.keys import shard_of
from shared.purchasing import purchase
from shared.recharge import slot

SHARDS = "0123456789abcdef"

OUTBOX_LOOK = timedelta(seconds=60)
"""How long after a commit with something to tell its outbox is looked at: the committer drains it at once, the alarm
covers the committer's death."""

BEHIND = "~"
"""Sorts behind every account in a row key of the same instant."""


def earliest(book: Book, grace: timedelta, *, now: datetime, has_outbox: bool) -> datetime | None:
    """When the account must be looked at next though nobody asks (A1), in whole seconds, rounded up."""
    waits: list[datetime | None] = [next_expiry_look(lot, grace, now=now) for lot in book.lots.values()]
    waits += [slot.next_look(book.slot, now=now)]
    waits += [purchase.next_look(intent, now=now) for intent in book.intents.values()]
    waits += [now + OUTBOX_LOOK] if has_outbox else []
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
        """Make sure that the alarm is there. Raises what `Table.transact` raises."""
        row = Upsert(_key(alarm), {"account": alarm.account})
        await self._table.transact(shard_of(alarm.account), [row])

    async def read(self, alarm: Alarm) -> Row | None:
        """The alarm's row with its ETag: what is deleted later is only what was seen (A3)."""
        return await self._table.get(shard_of(alarm.account), _key(alarm))

    async def delete(self, alarm: Alarm, seen: Row) -> None:
        """Remove the alarm as it was seen. Raises what `Table.transact` raises."""
        await self._table.transact(shard_of(alarm.account), [Delete(seen.key, seen.etag)])

    async def due(self, shard: str, *, now: datetime) -> Sequence[Alarm]:
        """The shard's alarms at or before *now*, oldest first."""
        found = await self._table.range(shard, "", f"{instant_text(now.replace(microsecond=0))}|{BEHIND}")
        return [_alarm(row.key) for row in found.rows]


def _key(alarm: Alarm) -> str:
    return f"{instant_text(alarm.at)}|{alarm.account}"


def _alarm(key: str) -> Alarm:
    instant, account = key.split("|")
    return Alarm(AccountId(account), parse_instant(instant))
