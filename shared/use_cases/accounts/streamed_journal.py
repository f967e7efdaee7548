"""Streams an account's journal through the replay and everything that is checked page by page."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from shared.audit import checks, limits, waiting
from shared.audit.finding import Finding
from shared.audit.journal import newer_than_head, pages_and_rows, row_differs
from shared.audit.replay import Replay, follow, require_end
from shared.audit.snapshot import Snapshot
from shared.audit.waiting import OutboxRows
from shared.posting.journal.pages import Page
from shared.service.services import Services
from shared.use_cases.suspense.audit_suspense import audit_suspense

PATIENCE = timedelta(minutes=15)
"""How long an outbox row may wait. Its alarm is due after one minute."""

Check = Callable[[Page], Awaitable[list[Finding]]]
"""Checks one page after it was applied."""


async def replay_journal(
    services: Services, taken: Snapshot, found: Replay, outbox: OutboxRows, check: Check
) -> list[Finding]:
    """Apply the pages after *found* up to that of the snapshot, and *check* each. Returns what the pages'
    rows, suspense and *check* reveal; *found* has the rest.
    """
    findings, is_next = [*newer_than_head(taken)], True
    suspense = partial(audit_suspense, services, taken.account, waiting=outbox.keys)
    kept_since = None
    async for page, row in pages_and_rows(services.ledger.table, taken.account, found.sequence + 1, taken.sequence):
        findings += row_differs(taken.account, page, row)
        is_next = is_next and follow(found, page)
        if is_next and found.is_applied:
            outbox.add(page)
            if page.facts.get("outbox"):
                kept_since = kept_since or await services.suspense.kept_since()
            findings += await suspense(page=page, kept_since=kept_since)
            findings += await check(page)
    if is_next:
        require_end(found, taken.sequence)
    return findings


def is_complete(taken: Snapshot, found: Replay) -> bool:
    """Whether all pages of the snapshot could be applied. Otherwise its rows cannot be compared."""
    return found.book is not None and found.book.position.sequence == taken.sequence


async def compare_rows(services: Services, taken: Snapshot, found: Replay, outbox: OutboxRows) -> list[Finding]:
    """In what the rows of the snapshot differ from the replayed book, and what waits too long or without an alarm."""
    now = services.clock.now()
    return [
        *checks.differences(taken, found),
        *(outbox.unexplained() if is_complete(taken, found) else ()),
        *await waiting.check_alarm(taken, services.alarms, services.rules.grace, now=now),
        *waiting.late_outbox(taken, PATIENCE, now=now),
        *limits.over_limits(taken),
    ]
