"""Alarms: one for each account, for everything that the account waits for (DESIGN 4, ALARM).

The work of the timer grows with the number of due alarms, not with the number of accounts.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from shared.eligibility.eligibility import next_change
from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant, round_up_to_second
from shared.ledger.book import Book
from shared.ledger.expire import next_expiry_check
from shared.ledger.post_usage import is_post_usage_ahead
from shared.ledger.settle import is_unsettled
from shared.ledger.slot import SlotState
from shared.notices.expiry import next_expiry_warning
from shared.notices.low_balance import next_low_balance
from shared.ports import Delete, OutcomeUnknownError, Replace, Row, RowChangedError, Table, Upsert, WriteRefusedError
from shared.posting.journal.keys import shard_of
from shared.purchasing import purchase, refund
from shared.recharge import slot
from shared.recharge.expiring_cards import next_warning

SHARDS = "0123456789abcdef"

OUTBOX_CHECK_DELAY = timedelta(seconds=60)
"""How long after a commit with outbox messages the outbox is checked. The committing process sends them at once; the
alarm is for the case that it ends before, and for records of calls that nobody has read until then.
"""

SENT_AT = "sentAt"
"""The property with the time at which a wake-up of the alarm was sent."""

WAKE_UP_LIFETIME = timedelta(minutes=10)
"""How long the wake-up of an alarm stays in its queue, tries included, before it vanishes. It is longer than a message
is tried in an outage, and short enough as the delay when a wake-up is lost.
"""

MARGIN = timedelta(minutes=2)
"""How long after the lifetime of a wake-up the alarm is sent again. Two wake-ups of one alarm are then never under way:
otherwise a backlog would make itself longer."""

ROWS_AT_ONCE = 100
"""Rows of a transaction; the alarms of a shard are in one partition."""

UNTIL = attrgetter("until")

AFTER_ANY_ACCOUNT = "~"
"""Sorts after every account in a row key of the same instant."""


def earliest_check(book: Book, grace: timedelta, *, now: datetime, has_outbox: bool) -> datetime | None:
    """When the account must be caught up next, without any request (A1), rounded up to whole seconds."""
    waits: list[datetime | None] = [next_expiry_check(lot, grace, now=now) for lot in book.lots.values()]
    waits += [min(map(UNTIL, book.holds.values()), default=None)]  # there may be thousands
    waits += [slot.next_check(book.slot, after=now)]
    waits += [purchase.next_check(intent, after=now) for intent in book.intents.values()]
    waits += [refund.next_check(each, after=now) for each in book.refunds.values()]
    waits += [now + OUTBOX_CHECK_DELAY] if has_outbox else []
    waits += [book.pause.until] if book.slot.state is SlotState.IDLE else []
    auto_recharge = book.settings.auto_recharge
    changes_by_date = (auto_recharge and auto_recharge.enabled) or is_post_usage_ahead(book, now)
    waits += [next_change(book.entitlements, now)] if changes_by_date else []
    warning = next_warning(book.settings, now=now)
    waits += [warning and max(warning, now)]
    waits += [next_low_balance(book, now=now), book.told.review_at, book.told.statement_at]
    expiry = next_expiry_warning(book, now=now)
    waits += [expiry and max(expiry, now)]
    waits += [now] if is_unsettled(book, now=now) else []
    instants = [wait for wait in waits if wait is not None]
    return round_up_to_second(min(instants)) if instants else None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An account that must be caught up at *at*."""

    account: AccountId
    at: datetime


class Alarms:
    """The table of alarms: partition = shard of the account, row key = instant|account."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def set(self, alarm: Alarm) -> None:
        """Write the alarm, as one without a wake-up under way. Raises what `Table.transact` raises."""
        row = Upsert(_key(alarm), {"account": alarm.account})
        await self._table.transact(shard_of(alarm.account), [row])

    async def read(self, alarm: Alarm) -> Row | None:
        """The alarm's row with its ETag: only the row that was read is deleted later (A3)."""
        return await self._table.get(shard_of(alarm.account), _key(alarm))

    async def delete(self, alarm: Alarm, row: Row) -> None:
        """Remove the alarm if it is still as in *row*. Raises what `Table.transact` raises."""
        await self._table.transact(shard_of(alarm.account), [Delete(row.key, row.etag)])

    async def release(self, alarm: Alarm, row: Row) -> None:
        """Let the next timer send the alarm again, because not everything due could be done. Raises what
        `Table.transact` raises.
        """
        await self._table.transact(shard_of(alarm.account), [_unsent(row)])

    async def claim_due(self, shard: str, *, now: datetime) -> Sequence[Row]:
        """Mark the shard's alarms at or before *now* that have no wake-up under way as sent, and return them. Only the
        process that claims an alarm sends its wake-up. Raises `UnavailableError`.
        """
        found = await self._table.range(shard, "", _end_of_due(now))
        unsent = [row for row in found.rows if _may_be_sent(row, now=now)]
        claimed: list[Row] = []
        for start in range(0, len(unsent), ROWS_AT_ONCE):
            claimed += await self._claim(shard, unsent[start : start + ROWS_AT_ONCE], now=now)
        return claimed

    async def _claim(self, shard: str, rows: Sequence[Row], *, now: datetime) -> Sequence[Row]:
        """Those of *rows* that could be marked. A row that another process has changed meanwhile is left to it."""
        left = [replace(row, values={**row.values, SENT_AT: instant_text(now)}) for row in rows]
        while left:
            try:
                etags = await self._table.transact(shard, [Replace(row.key, row.values, row.etag) for row in left])
            except RowChangedError as changed:
                del left[changed.index]
            except OutcomeUnknownError:
                return []  # marked or not: a later timer sends them, at the latest when the mark has expired
            else:
                return [replace(row, etag=etag) for row, etag in zip(left, etags, strict=True)]
        return []

    async def undo_claim(self, shard: str, claimed: Sequence[Row]) -> None:
        """Undo the claim of alarms that were not sent. If that fails, their marks expire."""
        for start in range(0, len(claimed), ROWS_AT_ONCE):
            with suppress(WriteRefusedError, OutcomeUnknownError):
                await self._table.transact(shard, [_unsent(row) for row in claimed[start : start + ROWS_AT_ONCE]])

    async def due(self, shard: str, *, now: datetime) -> Sequence[Alarm]:
        """The shard's alarms at or before *now*, oldest first."""
        found = await self._table.range(shard, "", _end_of_due(now))
        return [alarm_of(row) for row in found.rows]


def _end_of_due(now: datetime) -> str:
    """The first key after every alarm that is due at *now*."""
    return f"{instant_text(now.replace(microsecond=0))}|{AFTER_ANY_ACCOUNT}"


def _may_be_sent(row: Row, *, now: datetime) -> bool:
    """Whether no wake-up of this alarm can still be under way. A mark from the future is ignored: it was set by a clock
    that was ahead.
    """
    if SENT_AT not in row.values:
        return True
    sent_at = parse_instant(str(row.values[SENT_AT]))
    return not sent_at - MARGIN <= now < sent_at + WAKE_UP_LIFETIME + MARGIN


def _key(alarm: Alarm) -> str:
    return f"{instant_text(alarm.at)}|{alarm.account}"


def _unsent(row: Row) -> Replace:
    return Replace(row.key, {name: value for name, value in row.values.items() if name != SENT_AT}, row.etag)


def alarm_of(row: Row) -> Alarm:
    """The alarm in a row."""
    instant, account = row.key.split("|")
    return Alarm(AccountId(account), parse_instant(instant))
