"""Audit accounts: prove from the stored rows alone that the books are correct, or name what is not (R25)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from shared.audit.finding import Finding, Invariant
from shared.kernel.ids import AccountId
from shared.ports import UnavailableError
from shared.posting.alarm import SHARDS
from shared.posting.journal.keys import UNATTRIBUTED
from shared.service.services import Services
from shared.telemetry.instruments import AUDIT_ACCOUNTS, AUDIT_FINDINGS
from shared.use_cases.accounts.audit_account import audit_account
from shared.use_cases.payments.reconcile_payments import reconcile_payments

log = logging.getLogger(__name__)

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
