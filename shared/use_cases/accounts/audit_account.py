"""Audit one account whole: prove its books from all its rows, or name what is wrong (R25).

Pages and markers are streamed: the memory that this takes does not grow with the number of calls.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.audit import proved, snapshot
from shared.audit.finding import Finding, Invariant
from shared.audit.journal import pages_and_rows
from shared.audit.markers import MarkerFacts, StoredMarkers, in_portions, stored_markers
from shared.audit.proved import Proved, Stored
from shared.audit.replay import Replay
from shared.audit.reproved import proved_flaws, unusable
from shared.audit.snapshot import Snapshot
from shared.audit.unreadable import name_unreadable
from shared.audit.waiting import OutboxRows
from shared.kernel.ids import AccountId
from shared.ports import UnavailableError
from shared.posting.journal import reads
from shared.posting.journal.keys import HEAD
from shared.posting.journal.pages import Page
from shared.service.services import Services
from shared.use_cases.accounts.streamed_journal import compare_rows, is_complete, replay_journal

log = logging.getLogger(__name__)

CHECKS_MAX = 5
"""How often a busy account is checked before a finding that all checks share counts."""

NAMED_MAX = 1_000
"""After so many wrong markers no others are named."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit found, and the replayed book, if there is one."""

    findings: Sequence[Finding]
    found: Replay | None = None


Attempt = Callable[[], Awaitable[tuple[Audited, str]]]
"""One check of an account, with the ETag of the head that it relies on."""


async def audit_account(services: Services, account: AccountId) -> Sequence[Finding]:
    """The findings of a whole audit. Nothing is stored. Raises `UnavailableError`."""
    return (await audit_whole(services, account, await proved.read(services.audits, account))).findings


async def audit_whole(services: Services, account: AccountId, stored: Stored) -> Audited:
    """Audit one account whole, and what an earlier audit has *stored* of it. A row that cannot be read is a finding,
    and keeps no other account from being audited. Raises `UnavailableError`.
    """
    try:
        return await repeated(services, account, lambda: _check(services, account, stored.proved))
    except UnavailableError:
        raise
    except Exception as failure:
        log.exception("the audit of %s failed", account)
        return Audited(await name_unreadable(services.ledger.table, account, failure))


async def repeated(services: Services, account: AccountId, attempt: Attempt) -> Audited:
    """The result of an audit during which calls may be booked. A finding that is made while others commit may come from
    rows of several instants (a lot between its two places, an alarm just answered). It counts when nothing was
    committed meanwhile, or when every check makes it.
    """
    in_all: set[tuple[Invariant, str]] | None = None
    for _ in range(CHECKS_MAX):
        audited, etag = await attempt()
        if not audited.findings or await reads.head_etag(services.ledger.table, account) == etag:
            return audited
        places = {(finding.invariant, finding.row) for finding in audited.findings}
        in_all = places if in_all is None else in_all & places
    common = [finding for finding in audited.findings if in_all and (finding.invariant, finding.row) in in_all]
    return Audited(common, audited.found)


async def _check(services: Services, account: AccountId, earlier: Proved | None) -> tuple[Audited, str]:
    taken = await snapshot.take(services.ledger.table, account)
    if taken is None:
        return Audited(await _without_head(services, account)), ""
    return await _judged(services, taken, earlier), taken.open[HEAD].etag


async def _judged(services: Services, taken: Snapshot, earlier: Proved | None) -> Audited:
    found, outbox = Replay(taken.account), OutboxRows(taken)

    async def check(page: Page) -> list[Finding]:
        await asyncio.sleep(0)  # other work of this process continues after each page
        return list(proved_flaws(found, earlier)) if earlier and earlier.sequence == page.sequence else []

    findings = list(unusable(taken, earlier)) if earlier else []
    findings += await replay_journal(services, taken, found, outbox, check)
    findings += found.findings
    if is_complete(taken, found):
        findings += await _marker_findings(services, taken, found)
    return Audited([*findings, *await compare_rows(services, taken, found, outbox)], found)


async def _marker_findings(services: Services, taken: Snapshot, found: Replay) -> list[Finding]:
    """Every marker that differs from the pages. Pages are read again only to name such markers."""
    table, account, last = services.ledger.table, taken.account, taken.sequence
    stored = await stored_markers(table, account, last)
    findings = await newest_marker_findings(services, taken, stored)
    differing = found.markers.differing(stored.sums)
    for ranges in in_portions(differing, found.markers, stored.sums):
        facts = MarkerFacts(account, ranges)
        async for each, _row in pages_and_rows(table, account, 1, last):
            facts.add(each)
        findings += await facts.compare(table, last)
        if len(findings) > NAMED_MAX:
            break
    return findings


async def newest_marker_findings(services: Services, taken: Snapshot, stored: StoredMarkers) -> list[Finding]:
    """A finding when the newest marker is of a page that is not there yet."""
    page, key = stored.newest
    if page <= taken.sequence:
        return []
    head = await services.ledger.table.get(taken.account, HEAD)
    if head is not None and page <= int(head.values["sequence"]):
        return []
    return [Finding(taken.account, Invariant.ONCE, key, "no page wrote this marker")]


async def _without_head(services: Services, account: AccountId) -> Sequence[Finding]:
    """A registered account that was never opened is correct. An account with pages and without a head is not."""
    found = await services.ledger.table.range(account, "", "~", 1)
    if not found.rows:
        return []
    return [Finding(account, Invariant.CHAIN, "a:head", "the head is lost")]
