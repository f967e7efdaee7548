"""Audit accounts: prove from the stored rows alone that the books are correct, or name what is not (R25)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from shared.audit import checks, limits, snapshot, waiting
from shared.audit.finding import Finding, Invariant
from shared.audit.journal import read_journal
from shared.audit.replay import replay
from shared.audit.unreadable import name_unreadable
from shared.kernel.ids import AccountId
from shared.ports import UnavailableError
from shared.posting.alarm import SHARDS
from shared.posting.journal import reads
from shared.posting.journal.keys import HEAD, UNATTRIBUTED
from shared.service.services import Services
from shared.telemetry.instruments import AUDIT_ACCOUNTS, AUDIT_FINDINGS
from shared.use_cases.payments.reconcile_payments import reconcile_payments
from shared.use_cases.suspense.audit_suspense import audit_suspense

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=15)
"""How long an outbox row may wait. Its alarm is due after one minute."""

CHECKS_MAX = 5
"""How often a busy account is checked before a finding that all checks share counts."""

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)

RECONCILED_DAYS = timedelta(days=3)
"""How far back the nightly reconciliation goes: as long as the provider repeats its webhooks."""


class IncompleteAuditError(UnavailableError):
    """The storage did not answer for *unread* accounts. *findings* are those of the others."""

    def __init__(
        self, unread: Mapping[AccountId, UnavailableError], accounts: int, findings: Sequence[Finding]
    ) -> None:
        account, outage = next(iter(unread.items()))
        super().__init__(f"{len(unread)} of {accounts} accounts were not audited, the first {account}: {outage}")
        self.findings = findings


async def audit_nightly(services: Services) -> None:
    """The night's checks: every account against its own rows, then payments against the provider, even if the first
    check failed.
    """
    try:
        await audit_accounts(services)
    finally:
        await reconcile_payments(services, services.clock.now() - RECONCILED_DAYS)


def _no_progress(_done: int, _total: int) -> None:
    """Progress is not shown at night."""


async def audit_accounts(services: Services, watch: Callable[[int, int], None] = _no_progress) -> Sequence[Finding]:
    """Audit every account, and the usage of unknown ones. Each finding is logged as an error, which raises an alarm.
    *watch* is called with the numbers of audited and of all accounts. Raises IncompleteAuditError at the end when some
    accounts could not be read: such an audit does not count, so that the alarm for missing audits still goes off.
    """
    alarmed = await _with_alarms(services)
    registered = [account async for account in services.registry.accounts()]
    unregistered = sorted(alarmed - {*registered, UNATTRIBUTED})
    findings = [Finding(account, Invariant.TENANT, "Accounts", "it is not in the register") for account in unregistered]
    accounts = (*registered, *unregistered, UNATTRIBUTED)
    unread: dict[AccountId, UnavailableError] = {}
    for done, account in enumerate(accounts, 1):
        try:
            findings += await audit_account(services, account)
        except UnavailableError as outage:
            unread[account] = outage
        watch(done, len(accounts))
    AUDIT_FINDINGS.add(len(findings))
    for finding in findings:
        log.error("audit: %s", finding)
    if unread:
        raise IncompleteAuditError(unread, len(accounts), findings)
    AUDIT_ACCOUNTS.add(len(registered))
    log.info("audit: %d accounts, %d findings", len(registered), len(findings))
    return findings


async def _with_alarms(services: Services) -> set[AccountId]:
    """Every account that has an alarm. Read before the register, which lists an account before its first alarm."""
    alarms = [await services.alarms.due(shard, now=END_OF_TIME) for shard in SHARDS]
    return {alarm.account for due in alarms for alarm in due}


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
    findings = await _findings_in(services, account, taken)
    return findings, not findings or await reads.head_etag(table, account) == taken.open[HEAD].etag


async def _findings_in(services: Services, account: AccountId, taken: snapshot.Snapshot) -> Sequence[Finding]:
    pages, wrong_rows = read_journal(taken)
    rebuilt = replay(account, pages, taken.sequence)
    now = services.clock.now()
    return [
        *wrong_rows,
        *rebuilt.findings,
        *checks.differences(taken, rebuilt),
        *await waiting.check_alarm(taken, services.alarms, services.rules.grace, now=now),
        *await audit_suspense(services, taken, rebuilt),
        *waiting.late_outbox(taken, PATIENCE, now=now),
        *limits.over_limits(taken),
    ]


async def _without_head(services: Services, account: AccountId) -> Sequence[Finding]:
    """A registered account that was never opened is correct. An account with pages and without a head is not."""
    found = await services.ledger.table.range(account, "", "~", 1)
    if not found.rows:
        return []
    return [Finding(account, Invariant.CHAIN, "a:head", "the head is lost")]
