"""Audit one account from where the last night ended: its cost is that of the day, not of the history (R25).

It reads the working set, the pages after the proved one, and the rows that these pages wrote. It only detects: after
any finding the account is audited whole, and that audit names what is wrong.
"""

import asyncio
from collections.abc import Sequence

from shared.audit import snapshot
from shared.audit.finding import Finding, Invariant
from shared.audit.journal import pages_and_rows, row_differs
from shared.audit.markers import MARKERS_AT_ONCE, Fact, marker_differences, marks, stored_markers
from shared.audit.proved import Proved
from shared.audit.rebuilt import keys_beside
from shared.audit.replay import Replay
from shared.audit.reproved import flaws_at, unusable
from shared.audit.snapshot import Snapshot, read_rows, with_rows
from shared.audit.state import replay_of
from shared.audit.waiting import OutboxRows
from shared.kernel.ids import AccountId
from shared.posting.journal.keys import HEAD, MARKER
from shared.posting.journal.pages import Page
from shared.service.services import Services
from shared.use_cases.accounts.audit_account import Audited, newest_marker_findings, repeated
from shared.use_cases.accounts.streamed_journal import compare_rows, is_complete, replay_journal

ROWS_FOR_A_READ = 30
"""Reading so many markers in a range takes as long as reading one by its key."""


async def continue_audit(services: Services, account: AccountId, proved: Proved) -> Audited:
    """Audit the pages after those that were *proved*, and the book that they lead to. Raises `UnavailableError`, and
    for rows that cannot be read what their parsers raise.
    """
    return await repeated(services, account, lambda: _check(services, account, proved))


async def _check(services: Services, account: AccountId, proved: Proved) -> tuple[Audited, str]:
    taken = await snapshot.take_open(services.ledger.table, account)
    if taken is None:
        return Audited([Finding(account, Invariant.CHAIN, HEAD, "the head is lost")]), ""
    etag = taken.open[HEAD].etag
    findings: Sequence[Finding] = [*unusable(taken, proved)]
    if findings:
        return Audited(findings), etag
    found = replay_of(account, proved.text)
    findings = await _anchor_findings(services, taken, found, proved)
    return (Audited(findings) if findings else await _judged(services, taken, found)), etag


async def _anchor_findings(services: Services, taken: Snapshot, found: Replay, proved: Proved) -> list[Finding]:
    """Whether the page that was proved is still there, and is the one after which the state is."""
    async for page, row in pages_and_rows(services.ledger.table, taken.account, proved.sequence, proved.sequence):
        return [*row_differs(taken.account, page, row), *flaws_at(found, proved, page)]
    return [Finding(taken.account, Invariant.CHAIN, f"page {proved.sequence}", "it is missing")]


async def _judged(services: Services, taken: Snapshot, found: Replay) -> Audited:
    outbox, first = OutboxRows(taken), found.sequence + 1
    findings = await replay_journal(services, taken, found, outbox, _yield_to_others)
    findings += found.findings
    if is_complete(taken, found):
        findings += await _marker_findings(services, taken, found, first)
        taken = await with_rows(services.ledger.table, taken, keys_beside(found))
    return Audited([*findings, *await compare_rows(services, taken, found, outbox)], found)


async def _yield_to_others(_page: Page) -> list[Finding]:
    """Let other work of this process continue after each page."""
    await asyncio.sleep(0)
    return []


async def _marker_findings(services: Services, taken: Snapshot, found: Replay, first: int) -> list[Finding]:
    """Whether the markers of the pages from *first* are stored as these pages have them. Where all markers of the
    account take no longer to read, all are compared by their sum.
    """
    table, account, last = services.ledger.table, taken.account, taken.sequence
    everything = found.markers.all()
    new = everything.count - found.markers.earlier.count
    if not new:
        return []
    if everything.count <= max(MARKERS_AT_ONCE, ROWS_FOR_A_READ * new):
        stored = await stored_markers(table, account, last)
        if stored.sums.all() != everything:
            return [Finding(account, Invariant.ONCE, MARKER, "the markers are not those of the pages")]
        return await newest_marker_findings(services, taken, stored)
    findings: list[Finding] = []
    async for page, _row in pages_and_rows(table, account, first, last):
        facts: dict[str, Fact] = {fact[0]: (page.sequence, fact) for fact in marks(page)}
        stored_rows = await read_rows(table, account, [MARKER + key for key in facts])
        rows = {key.removeprefix(MARKER): row for key, row in stored_rows.items()}
        findings += marker_differences(account, facts, rows, last)
    return findings
