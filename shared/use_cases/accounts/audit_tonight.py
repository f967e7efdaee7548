"""The nightly audit of one account: from where the last night ended, or whole in its night of the rota (R25)."""

import logging
from collections.abc import Sequence
from datetime import datetime

from shared.audit import proved
from shared.audit.finding import Finding
from shared.audit.proved import Record, Stored
from shared.audit.rota import is_whole_due
from shared.audit.state import OtherFormError
from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.ports import UnavailableError
from shared.service.services import Services
from shared.telemetry.instruments import AUDIT_FINDINGS
from shared.use_cases.accounts.audit_account import Audited, audit_whole
from shared.use_cases.accounts.continue_audit import continue_audit

log = logging.getLogger(__name__)


async def audit_tonight(services: Services, account: AccountId, stored: Stored) -> Sequence[Finding]:
    """The findings in *account*, of which *stored* was proved before. Each is logged as an error, for the alarm. Then
    what was proved is stored; after a finding the earlier state is kept, as evidence, and the next audit is whole.
    Raises `UnavailableError`.
    """
    now = services.clock.now()
    audited = await _continued(services, account, stored, now)
    last_whole = stored.record.whole if stored.record else None
    whole = last_whole if audited else now
    if audited is None:
        audited = await audit_whole(services, account, stored)
        last = instant_text(last_whole) if last_whole else "never"
        log.info("the last whole audit of %s before this one: %s", account, last)
    AUDIT_FINDINGS.add(len(audited.findings))
    for finding in audited.findings:
        log.error("audit: %s", finding)
    since = stored.record.since if stored.record else now
    record = Record(since, now, whole, len(audited.findings))
    found = None if audited.findings else audited.found
    await proved.write(services.audits, account, stored, record, found)
    return audited.findings


async def _continued(services: Services, account: AccountId, stored: Stored, now: datetime) -> Audited | None:
    """The audit from the proved page; None when the account must be audited whole, also because of a finding."""
    if stored.proved is None or is_whole_due(account, stored.record, services.rules.audit_rota, now=now):
        return None
    try:
        audited = await continue_audit(services, account, stored.proved)
    except (UnavailableError, OtherFormError) as reason:
        if isinstance(reason, UnavailableError):
            raise
        return None
    except Exception as failure:  # noqa: BLE001 - a broken row may raise anything, and the whole audit names it
        log.warning("audit: %s cannot be continued from page %d: %r", account, stored.proved.sequence, failure)
        return None
    return None if audited.findings else audited
