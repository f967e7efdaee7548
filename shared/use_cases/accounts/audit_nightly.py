"""The nightly audit: the timer lists the accounts and sends them in portions to the queue `audits`, whose messages all
instances share; each audits the accounts of its messages (R25). So its time falls with the number of instances.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from shared.audit import proved
from shared.audit.finding import Finding
from shared.audit.proved import Record
from shared.audit.rota import is_night_missed, is_whole_late
from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant
from shared.ports import UnavailableError
from shared.posting.alarm import SHARDS
from shared.posting.journal.keys import UNATTRIBUTED, shard_of
from shared.service.services import Services
from shared.telemetry.instruments import AUDIT_ACCOUNTS, AUDIT_FINDINGS, AUDIT_OVERDUE, AUDIT_WHOLE_AGE
from shared.use_cases.accounts.audit_accounts import IncompleteAuditError, list_accounts
from shared.use_cases.accounts.audit_tonight import audit_tonight
from shared.use_cases.payments.reconcile_payments import reconcile_all

log = logging.getLogger(__name__)

QUEUE = "audits"

ACCOUNTS_AT_ONCE = 10
"""The accounts of a message. An instance takes up to 96 messages at once, so that a small portion shares better."""

LIFETIME = timedelta(hours=20)
"""What was not audited by then is left to the next night."""

RECONCILED_DAYS = timedelta(days=3)
"""How far back the nightly reconciliation goes: as long as the provider repeats its webhooks."""


async def audit_nightly(services: Services) -> None:
    """Send every account to be audited and mend the order of the register, then reconcile payments with the provider,
    even if the first failed. What could not be compared is compared again by a message to the queue.
    """
    try:
        await send_accounts(services)
        await services.registry.mend_order()
    finally:
        await _reconcile(services, services.clock.now() - RECONCILED_DAYS)


async def _reconcile(services: Services, since: datetime) -> None:
    try:
        await reconcile_all(services, since)
    except UnavailableError as incomplete:
        log.warning("it is done again: %s", incomplete)
        await services.queues.send_for(QUEUE, json.dumps({"reconcile": instant_text(since)}), LIFETIME)


async def send_accounts(services: Services) -> None:
    """Send every account to the queue, and measure how long ago the last audits were. An account that is missing from
    the register is a finding. Raises `UnavailableError`.
    """
    now, listed = services.clock.now(), await list_accounts(services)
    _report(listed.findings())
    await _measure(services, listed.partitions, now)
    for start in range(0, len(listed.partitions), ACCOUNTS_AT_ONCE):
        portion = listed.partitions[start : start + ACCOUNTS_AT_ONCE]
        text = json.dumps({"night": instant_text(now), "accounts": portion})
        await services.queues.send_for(QUEUE, text, LIFETIME)


async def audit_portion(services: Services, message: bytes) -> None:
    """Audit the accounts of one message, but none a second time in one night; or reconcile payments again. Raises
    IncompleteAuditError or `UnavailableError` at the end when something could not be read: then the message is
    delivered again.
    """
    facts = json.loads(message)
    if "reconcile" in facts:
        await reconcile_all(services, parse_instant(facts["reconcile"]))
        return
    night = parse_instant(facts["night"])
    findings, unread = list[Finding](), dict[AccountId, UnavailableError]()
    accounts = [AccountId(account) for account in facts["accounts"]]
    count = 0
    for account in accounts:
        async with services.audits_at_once:
            try:
                stored = await proved.read(services.audits, account)
                if not _is_done(stored.record, night):
                    findings += await audit_tonight(services, account, stored)
                    count += account != UNATTRIBUTED
            except UnavailableError as outage:
                unread[account] = outage
    AUDIT_ACCOUNTS.add(count)
    log.info("audit: %d accounts, %d findings", count, len(findings))
    if unread:
        raise IncompleteAuditError(unread, len(accounts), findings)


def _is_done(record: Record | None, night: datetime) -> bool:
    return record is not None and record.audited is not None and record.audited >= night


def _report(findings: Sequence[Finding]) -> None:
    AUDIT_FINDINGS.add(len(findings))
    for finding in findings:
        log.error("audit: %s", finding)


async def _measure(services: Services, accounts: Sequence[AccountId], now: datetime) -> None:
    """Measure the oldest whole audit, and how many accounts have missed an audit. New accounts are noted, so that an
    account which can never be audited becomes overdue, too.
    """
    records = dict[AccountId, Record]()
    for shard in SHARDS:
        known = await proved.records(services.audits, shard)
        records |= known
        new = [account for account in accounts if shard_of(account) == shard and account not in known]
        await proved.note_accounts(services.audits, shard, new, now)
    _set_gauges({account: records[account] for account in accounts if account in records}, services, now)


def _set_gauges(records: Mapping[AccountId, Record], services: Services, now: datetime) -> None:
    rota, ages = services.rules.audit_rota, [now - (each.whole or each.since) for each in records.values()]
    missed = sum(is_night_missed(each, now=now) for each in records.values())
    late = sorted(account for account, each in records.items() if is_whole_late(each, rota, now=now))
    AUDIT_OVERDUE.set(missed, {"kind": "night"})
    AUDIT_OVERDUE.set(len(late), {"kind": "whole"})
    AUDIT_WHOLE_AGE.set(max(ages, default=timedelta()).total_seconds(), {})
    for account in late:
        log.warning("audit: the whole audit of %s is overdue", account)
