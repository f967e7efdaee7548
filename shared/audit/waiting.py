"""Invariant 9: everything that waits has an alarm at or before its time, and does not wait for ever."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.audit.finding import Finding, Invariant
from shared.audit.snapshot import Snapshot
from shared.posting.alarm import Alarm, Alarms, earliest_check
from shared.posting.journal.keys import HEAD, OUTBOX, outbox_key
from shared.posting.journal.pages import Page


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


class OutboxRows:
    """The outbox rows of a snapshot, of which each must be explained by its page."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.keys = frozenset(row.key for row in snapshot.under(OUTBOX))
        self._explained = set[str]()

    def add(self, page: Page) -> None:
        """Note what *page* explains."""
        if self.keys:
            messages = page.facts.get("outbox", ())
            self._explained |= self.keys & {outbox_key(page.sequence, number) for number, _ in enumerate(messages)}

    def unexplained(self) -> Iterator[Finding]:
        """A finding for every row that no page wrote. Rows after the snapshot may be of a page that was not read."""
        for key in sorted(self.keys - self._explained):
            sequence = int(key.removeprefix(OUTBOX).partition(".")[0])
            if not self._snapshot.sequence < sequence <= self._snapshot.latest:
                yield _finding(self._snapshot, key, "no page wrote this outbox row")
