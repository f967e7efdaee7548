"""Invariant 9: everything that waits has an alarm at or before its time, and does not wait for ever."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.audit.finding import Finding, Invariant
from shared.audit.snapshot import Snapshot
from shared.posting.alarm import Alarm, Alarms, earliest_check
from shared.posting.journal.keys import HEAD, OUTBOX


async def check_alarm(snapshot: Snapshot, alarms: Alarms, grace: timedelta, *, now: datetime) -> list[Finding]:
    """Check that the head's alarm is early enough and that its row exists."""
    book = snapshot.loaded.book
    set_for = book.position.next_alarm
    due = earliest_check(book, grace, now=max(now, book.position.at), has_outbox=bool(snapshot.under(OUTBOX)))
    if due is not None and (set_for is None or set_for > due):
        return [_finding(snapshot, HEAD, f"something is due at {due}, the alarm is set for {set_for}")]
    if set_for is not None and await alarms.read(Alarm(snapshot.account, set_for)) is None:
        return [_finding(snapshot, HEAD, f"the alarm for {set_for} is lost")]
    return []


def late_outbox(snapshot: Snapshot, patience: timedelta, *, now: datetime) -> Iterator[Finding]:
    """A finding when the outbox has not been sent for longer than *patience*."""
    if snapshot.under(OUTBOX) and now - snapshot.loaded.book.position.at > patience:
        yield _finding(snapshot, snapshot.under(OUTBOX)[0].key, "it has not been sent for too long")


def _finding(snapshot: Snapshot, row: str, detail: str) -> Finding:
    return Finding(snapshot.account, Invariant.WAITING, row, detail)
