"""Audit all accounts whole, one after the other: prove from the stored rows alone that the books are correct, or name
what is not (R25).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.audit.finding import Finding, Invariant
from shared.kernel.ids import AccountId
from shared.ports import UnavailableError
from shared.posting.alarm import SHARDS
from shared.posting.journal.keys import UNATTRIBUTED
from shared.service.services import Services
from shared.telemetry.instruments import AUDIT_ACCOUNTS, AUDIT_FINDINGS
from shared.use_cases.accounts.audit_account import audit_account

log = logging.getLogger(__name__)

END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)


class IncompleteAuditError(UnavailableError):
    """The storage did not answer for *unread* accounts. *findings* are those of the others."""

    def __init__(
        self, unread: Mapping[AccountId, UnavailableError], accounts: int, findings: Sequence[Finding]
    ) -> None:
        account, outage = next(iter(unread.items()))
        super().__init__(f"{len(unread)} of {accounts} accounts were not audited, the first {account}: {outage}")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Listed:
    """Every account that is in the register, and those that have an alarm and are not."""

    registered: Sequence[AccountId]
    unregistered: Sequence[AccountId]

    @property
    def partitions(self) -> Sequence[AccountId]:
        """All of them, and the partition of usage whose account is unknown."""
        return (*self.registered, *self.unregistered, UNATTRIBUTED)

    def findings(self) -> list[Finding]:
        """A finding for every account that is missing from the register."""
        return [Finding(each, Invariant.TENANT, "Accounts", "it is not in the register") for each in self.unregistered]


async def list_accounts(services: Services) -> Listed:
    """The accounts to audit. Raises `UnavailableError`."""
    alarmed = await _with_alarms(services)
    registered = [account async for account in services.registry.accounts()]
    return Listed(registered, sorted(alarmed - {*registered, UNATTRIBUTED}))


def _no_progress(_done: int, _total: int) -> None:
    """Progress is not shown at night."""


async def audit_accounts(services: Services, watch: Callable[[int, int], None] = _no_progress) -> Sequence[Finding]:
    """Audit every account whole, and the usage of unknown ones. Each finding is logged as an error, which raises an
    alarm. *watch* is called with the numbers of audited and of all accounts. Raises IncompleteAuditError at the end
    when some accounts could not be read: they are not counted as audited.
    """
    listed = await list_accounts(services)
    accounts, findings = listed.partitions, listed.findings()
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
    AUDIT_ACCOUNTS.add(len(listed.registered))
    log.info("audit: %d accounts, %d findings", len(listed.registered), len(findings))
    return findings


async def _with_alarms(services: Services) -> set[AccountId]:
    """Every account that has an alarm. Read before the register, which lists an account before its first alarm."""
    alarms = [await services.alarms.due(shard, now=END_OF_TIME) for shard in SHARDS]
    return {alarm.account for due in alarms for alarm in due}
