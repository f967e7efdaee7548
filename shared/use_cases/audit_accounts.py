"""Audit accounts: prove from the stored rows alone that the books are true, or name what is not (R25)."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from shared.audit import checks, snapshot, waiting
from shared.audit.finding import Finding, Promise
from shared.audit.replay import replay
from shared.kernel.ids import AccountId
from shared.posting.keys import PAGE, UNATTRIBUTED, page_key
from shared.posting.pages import page_of
from shared.service.services import Services
from shared.use_cases.reconcile_payments import reconcile_payments

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=15)
"""How long an outbox row may wait: its alarm comes after one minute."""


RECONCILED_DAYS = timedelta(days=3)
"""How far back the nightly reconciliation looks: as long as the provider repeats its webhooks."""


async def audit_nightly(services: Services) -> None:
    """The night's checks: every account against its own rows, then payments against the provider."""
    await audit_accounts(services)
    await reconcile_payments(services, services.clock.now() - RECONCILED_DAYS)


async def audit_accounts(services: Services) -> Sequence[Finding]:
    """Every account, and the usage of unknown ones. Each finding is logged as an error, for the alarm that watches."""
    findings: list[Finding] = []
    accounts = 0
    async for account in services.registry.accounts():
        accounts += 1
        findings += await audit_account(services, account)
    if await services.ledger.read(UNATTRIBUTED) is not None:
        findings += await audit_account(services, UNATTRIBUTED)
    for finding in findings:
        log.error("audit: %s", finding)
    log.info("audit: %d accounts, %d findings", accounts, len(findings))
    return findings


async def audit_account(services: Services, account: AccountId) -> Sequence[Finding]:
    """One account as of one commit, though calls may be booked meanwhile."""
    taken = await snapshot.take(services.ledger.table, account)
    if taken is None:
        return await _without_head(services, account)
    rows = [row for row in taken.under(PAGE) if row.key <= page_key(taken.sequence)]
    rebuilt = replay(account, map(page_of, rows), taken.sequence)
    now = services.clock.now()
    return [
        *rebuilt.findings,
        *checks.differences(taken, rebuilt),
        *await waiting.check_alarm(taken, services.alarms, services.rules.grace, now=now),
        *await waiting.check_suspense(taken, rebuilt, services.suspense),
        *waiting.late_outbox(taken, PATIENCE, now=now),
    ]


async def _without_head(services: Services, account: AccountId) -> Sequence[Finding]:
    """A registered account that was never opened is no error; one with pages and no head is."""
    found = await services.ledger.table.range(account, "", "~", 1)
    if not found.rows:
        return []
    return [Finding(account, Promise.CHAIN, "a:head", "the head is lost")]
