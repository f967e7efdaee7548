"""Audit one account whole: prove its books from all its rows, or name what is wrong (R25).

Pages and markers are streamed: the memory that this takes does not grow with the number of calls.
"""

import asyncio
import logging
from collections.abc import Sequence

from shared.audit import snapshot
from shared.audit.finding import Finding, Invariant
from shared.audit.journal import pages_and_rows
from shared.audit.markers import MarkerFacts, in_portions, stored_markers
from shared.audit.replay import Replay
from shared.audit.snapshot import Snapshot
from shared.audit.unreadable import name_unreadable
from shared.audit.waiting import OutboxRows
from shared.kernel.ids import AccountId
from shared.ports import UnavailableError
from shared.posting.journal import reads
from shared.posting.journal.keys import HEAD
from shared.posting.journal.pages import Page
from shared.service.services import Services
from shared.use_cases.accounts.streamed_journal import compare_rows, replay_journal

log = logging.getLogger(__name__)

CHECKS_MAX = 5
"""How often a busy account is checked before a finding that all checks share counts."""

NAMED_MAX = 1_000
"""After so many wrong markers no others are named."""


async def audit_account(services: Services, account: AccountId) -> Sequence[Finding]:
    """Audit one account. Calls may be booked meanwhile, and a finding that is made while others commit may come from
    rows of several instants (a lot between its two places, an alarm just answered). It counts when nothing was
    committed meanwhile, or when every check makes it. A row that cannot be read is a finding, and keeps no other
    account from being audited.
    """
    findings: Sequence[Finding] = ()
    in_all: set[tuple[Invariant, str]] | None = None
    for _ in range(CHECKS_MAX):
        try:
            findings, is_unchanged = await _check(services, account)
        except UnavailableError:
            raise
        except Exception as failure:
            log.exception("the audit of %s failed", account)
            return await name_unreadable(services.ledger.table, account, failure)
        if is_unchanged:
            return findings
        places = {(finding.invariant, finding.row) for finding in findings}
        in_all = places if in_all is None else in_all & places
    return [finding for finding in findings if in_all and (finding.invariant, finding.row) in in_all]


async def _check(services: Services, account: AccountId) -> tuple[Sequence[Finding], bool]:
    """The findings of one check, and whether nothing was committed meanwhile."""
    table = services.ledger.table
    taken = await snapshot.take(table, account)
    if taken is None:
        return await _without_head(services, account), True
    findings = await _findings_in(services, taken)
    return findings, not findings or await reads.head_etag(table, account) == taken.open[HEAD].etag


async def _findings_in(services: Services, taken: Snapshot) -> Sequence[Finding]:
    found, outbox = Replay(taken.account), OutboxRows(taken)
    findings = await replay_journal(services, taken, found, outbox, _yield_to_others)
    findings += found.findings
    if found.book is not None and found.book.position.sequence == taken.sequence:
        findings += await _marker_findings(services, taken, found)
    return [*findings, *await compare_rows(services, taken, found, outbox)]


async def _yield_to_others(_page: Page) -> list[Finding]:
    """Let other work of this process continue after each page."""
    await asyncio.sleep(0)
    return []


async def _marker_findings(services: Services, taken: Snapshot, found: Replay) -> list[Finding]:
    """Every marker that differs from the pages. Pages are read again only to name such markers."""
    table, account, last = services.ledger.table, taken.account, taken.sequence
    stored = await stored_markers(table, account, last)
    findings = []
    page, key = stored.newest
    if page > last and page > await _head_sequence(services, account):
        findings.append(Finding(account, Invariant.ONCE, key, "no page wrote this marker"))
    differing = found.markers.differing(stored.sums)
    for ranges in in_portions(differing, found.markers, stored.sums):
        facts = MarkerFacts(account, ranges)
        async for each, _row in pages_and_rows(table, account, 1, last):
            facts.add(each)
        findings += await facts.compare(table, last)
        if len(findings) > NAMED_MAX:
            break
    return findings


async def _head_sequence(services: Services, account: AccountId) -> int:
    head = await services.ledger.table.get(account, HEAD)
    return int(head.values["sequence"]) if head else 0


async def _without_head(services: Services, account: AccountId) -> Sequence[Finding]:
    """A registered account that was never opened is correct. An account with pages and without a head is not."""
    found = await services.ledger.table.range(account, "", "~", 1)
    if not found.rows:
        return []
    return [Finding(account, Invariant.CHAIN, "a:head", "the head is lost")]
