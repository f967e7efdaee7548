"""Bugs in alarms and the outbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.ids import AccountId
from shared.ledger.book import Book
from shared.ledger.change import NOTHING, Change
from shared.notices import thresholds
from shared.ports import Delete, Row, Table
from shared.posting import alarm, outbox
from shared.posting.alarm import Alarm, Alarms, earliest_check
from shared.posting.journal.keys import shard_of
from shared.posting.journal.rows import Loaded
from shared.posting.ledger import Ledger
from shared.posting.loop import commit, commit_attempt
from shared.posting.loop.commit import Commit
from shared.posting.loop.group import Group
from shared.use_cases.accounts import catch_up
from shared.use_cases.accounts.due import due
from tests.simulation.engine import queues
from tests.simulation.planted.bug import Bug, Patch


def _alarm_after_commit() -> list[Patch]:
    set_alarm, send = commit_attempt.set_alarm, commit_attempt._send

    class Later:
        """A context that does not set alarms."""

        def __init__(self, context: Any) -> None:
            self.grace = context.grace
            self.alarms = self

        async def set(self, _alarm: Alarm) -> None:
            return

    async def only_said(context: Any, account: AccountId, group: Group) -> datetime | None:
        return await set_alarm(Later(context), account, group)  # type: ignore[arg-type]

    async def send_then_set(context: Any, account: AccountId, made: Commit, loaded: Loaded) -> commit_attempt.Committed:
        won = await send(context, account, made, loaded)
        due = made.book.position.next_alarm
        if due is not None and due != loaded.book.position.next_alarm:
            await context.alarms.set(Alarm(account, due))
        return won

    return [(commit_attempt, "set_alarm", only_said), (commit_attempt, "_send", send_then_set)]


def _look_without_commit() -> list[Patch]:
    looked = catch_up._checked

    def idle(*arguments: Any) -> Change | None:
        change = looked(*arguments)
        return None if change == NOTHING else change

    return [(catch_up, "_checked", idle)]


def _alarm_dropped_unseen() -> list[Patch]:
    async def delete(self: Any, alarm: Alarm, _seen: Row) -> None:
        row = await self.read(alarm)
        if row is not None:
            await self._table.transact(shard_of(alarm.account), [Delete(row.key, row.etag)])

    return [(Alarms, "delete", delete)]


def _outbox_forgotten() -> list[Patch]:
    def alone(book: Book, grace: timedelta, *, now: datetime, **_outbox: bool) -> datetime | None:
        return earliest_check(book, grace, now=now, has_outbox=False)

    return [(commit_attempt, "earliest_check", alone)]


def _outbox_not_written() -> list[Patch]:
    return [(commit, "_outbox_writes", lambda _group: [])]


def _forgotten_before_sent() -> list[Patch]:
    async def send_together(
        table: Table, account: AccountId, rows: Sequence[Row], send: outbox.Send, _before: int
    ) -> int:
        failures = int(not await outbox._delete(table, account, rows))
        for row in rows:
            failures += not await outbox._is_sent(account, row, send)
        return failures

    return [(outbox, "_send_together", send_together)]


def _records_forgotten_before_stored() -> list[Patch]:
    async def record_all(table: Table, account: AccountId, rows: Sequence[Row], record: outbox.Record) -> bool:
        waiting = [row for row in rows if outbox._has_records(row)]
        is_gone = await outbox._delete(table, account, waiting)
        if waiting:
            await record([outbox._outgoing(row) for row in waiting])
        return is_gone

    return [(outbox, "_record_all", record_all)]


def _alarm_gone_before_the_outbox() -> list[Patch]:
    drain = Ledger.drain

    async def hopeful(self: Ledger, account: AccountId) -> bool:
        await drain(self, account)
        return True

    return [(Ledger, "drain", hopeful)]


def _unopened_alarm_dropped() -> list[Patch]:
    """A former bug: without a head a catch-up commits nothing, but the alarm was deleted."""
    return [(catch_up, "unattributed", lambda _services: None), (catch_up, "UNOPENED", timedelta(0))]


def _every_look_tells() -> list[Patch]:
    """A former bug: after an outage, each of many catch-ups sent every outbox row again."""

    def looked(book: Book, woken: Alarm, grace: timedelta, now: datetime) -> Change:
        return due(book, woken, grace, now)

    return [(catch_up, "_checked", looked)]


def _late_notices_lost() -> list[Patch]:
    """A former bug: no function read the poison queue of notices."""
    return [
        (queues, "HANDLERS", {name: use_case for name, use_case in queues.HANDLERS.items() if name != "notices-poison"})
    ]


def _alarm_sent_twice() -> list[Patch]:
    """A former bug: every due alarm was sent at every tick, so that a backlog increased itself."""
    return [(alarm, "_may_be_sent", lambda _row, **_now: True)]


def _zero_notice_lost() -> list[Patch]:
    """The notice is deferred while auto-recharge is enabled, whatever the outcome of the recharge."""

    def is_on(book: Book, **_now: datetime) -> bool:
        order = book.settings.auto_recharge
        return order is not None and order.enabled

    return [(thresholds, "is_recharge_awaited", is_on)]


def _zero_notice_too_early() -> list[Patch]:
    """A former bug: the notice was sent during a recharge that then succeeded."""
    return [(thresholds, "is_recharge_awaited", lambda _book, **_now: False)]


BUGS = (
    Bug("alarm after commit", "a commit is written before its alarm", "debits", 5, _alarm_after_commit),
    Bug(
        "catch-up without commit",
        "an alarm is deleted although nothing was committed",
        "debits",
        10,
        _look_without_commit,
    ),
    Bug(
        "alarm dropped unseen",
        "an alarm is deleted although it was set again meanwhile",
        "expiry",
        150,
        _alarm_dropped_unseen,
    ),
    Bug("outbox forgotten", "no alarm is set for outbox rows", "suspense", 40, _outbox_forgotten),
    Bug(
        "alarm gone before outbox",
        "an alarm is deleted although outbox rows are left",
        "purchases",
        300,
        _alarm_gone_before_the_outbox,
    ),
    Bug("outbox not written", "a commit does not write its outbox rows", "suspense", 5, _outbox_not_written),
    Bug("forgotten before sent", "an outbox row is deleted before it is sent", "suspense", 60, _forgotten_before_sent),
    Bug(
        "records forgotten",
        "the rows of waiting records are deleted before the records are stored",
        "debits",
        120,
        _records_forgotten_before_stored,
    ),
    Bug(
        "unopened alarm dropped",
        "an alarm is deleted before its account is opened",
        "strangers",
        320,
        _unopened_alarm_dropped,
    ),
    Bug("every catch-up sends again", "a repeated alarm sends all messages again", "purchases", 600, _every_look_tells),
    Bug("alarm sent twice", "an alarm is sent again while its wake-up waits", "expiry", 100, _alarm_sent_twice),
    Bug(
        "late notices lost", "a notice is lost in an outage of the mail service", "recharging", 100, _late_notices_lost
    ),
    Bug("zero notice lost", "no notice is sent when nothing is left to spend", "recharging", 100, _zero_notice_lost),
    Bug("zero notice too early", "a recharge in progress defers no notice", "recharging", 20, _zero_notice_too_early),
)
