"""Audit accounts: prove from the stored rows alone that the books are true, or name what is not (R25)."""

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
"""How long an outbox row may wait: its alarm comes after one minute."""

LOOKS_MAX = 5
"""How often a busy account is looked at before what every look has found is believed."""

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)

RECONCILED_DAYS = timedelta(days=3)
"""How far back the nightly reconciliation looks: as long as the provider repeats its webhooks."""


class IncompleteAuditError(UnavailableError):
    """The storage did not answer for *unread* accounts; *findings* are what was found in the others."""

    def __init__(
        self, unread: Mapping[AccountId, UnavailableError], accounts: int, findings: Sequence[Finding]
    ) -> None:
        account, outage = next(iter(unread.items()))
        super().__init__(f"{len(unread)} of {accounts} accounts were not audited, the first {account}: {outage}")
        self.findings = findings


async def audit_nightly(services: Services) -> None:
    """The night's checks: every account against its own rows, then, whatever became of that, payments against the
    provider.
    """
    try:
        await audit_accounts(services)
    finally:
        await reconcile_payments(services, services.clock.now() - RECONCILED_DAYS)


def _unwatched(_done: int, _total: int) -> None:
    """At night nobody waits."""


async def audit_accounts(services: Services, watch: Callable[[int, int], None] = _unwatched) -> Sequence[Finding]:
    """Every account, and the usage of unknown ones. Each finding is logged as an error, for the alarm that watches;
    *watch* is told how many of how many accounts are done. Raises IncompleteAuditError at the end when some could not
    be read: such an audit does not count as one, else the alarm would never tell of accounts that no night reaches.
    """
    alarmed = await _alarmed(services)
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


async def _alarmed(services: Services) -> set[AccountId]:
    """Every account that waits for something. Read before the register, in which an account stands from its start."""
    alarms = [await services.alarms.due(shard, now=END_OF_TIME) for shard in SHARDS]
    return {alarm.account for due in alarms for alarm in due}


async def audit_account(services: Services, account: AccountId) -> Sequence[Finding]:
    """One account, though calls may be booked meanwhile. What a look finds while others commit may only be rows of
    several instants (a lot between its two places, an alarm just answered): it counts when nothing was committed
    meanwhile, or when every look finds it. A row that cannot be read is a finding, and keeps no other account from
    being audited.
    """
    findings: Sequence[Finding] = ()
    in_all: set[tuple[Invariant, str]] | None = None
    for _ in range(LOOKS_MAX):
        try:
            findings, is_still = await _look(services, account)
        except UnavailableError:
            raise
        except Exception as stumbled:
            log.exception("the audit of %s stumbled", account)
            return await name_unreadable(services.ledger.table, account, stumbled)
        if is_still:
            return findings
        places = {(finding.invariant, finding.row) for finding in findings}
        in_all = places if in_all is None else in_all & places
    return [finding for finding in findings if in_all and (finding.invariant, finding.row) in in_all]


async def _look(services: Services, account: AccountId) -> tuple[Sequence[Finding], bool]:
    """What one look finds, and whether it can be relied upon."""
    table = services.ledger.table
    taken = await snapshot.take(table, account)
    if taken is None:
        return await _without_head(services, account), True
    findings = await _judged(services, account, taken)
    return findings, not findings or await reads.head_etag(table, account) == taken.open[HEAD].etag


async def _judged(services: Services, account: AccountId, taken: snapshot.Snapshot) -> Sequence[Finding]:
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
    """A registered account that was never opened is no error; one with pages and no head is."""
    found = await services.ledger.table.range(account, "", "~", 1)
    if not found.rows:
        return []
    return [Finding(account, Invariant.CHAIN, "a:head", "the head is lost")]
