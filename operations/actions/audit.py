"""Audits, by the service's own use case."""

from collections.abc import Sequence
from dataclasses import replace

from operations.plural import count_of
from operations.progress import progress
from operations.result import Code, Result
from shared.audit.finding import Finding
from shared.kernel.ids import AccountId
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal.keys import UNATTRIBUTED
from shared.service.http import refused
from shared.service.services import Services
from shared.use_cases.accounts.audit_account import audit_account
from shared.use_cases.accounts.audit_accounts import IncompleteAuditError, audit_accounts


async def audit_all(services: Services) -> Result:
    """The findings of every account, and separately of unattributed usage; also those of an incomplete audit."""
    accounts = 0

    def watch(done: int, total: int) -> None:
        nonlocal accounts
        accounts = total - 1  # one of them is the partition of the unattributed usage
        step(done, total)

    with progress("auditing") as step:
        try:
            findings = await audit_accounts(services, watch)
        except IncompleteAuditError as outage:
            return _incomplete(outage)
    unattributed = sum(finding.account == UNATTRIBUTED for finding in findings)
    audited = f"{count_of(accounts, 'account')} audited, {count_of(len(findings) - unattributed, 'finding')}"
    summary = f"{audited}; unattributed usage, {count_of(unattributed, 'finding')}"
    return _result({"accounts": accounts, "unattributedUsage": {"findings": unattributed}}, summary, findings)


async def audit_one(services: Services, account: AccountId) -> Result:
    """The findings of one account. Refuses an account of which nothing is stored."""
    findings = await audit_account(services, account)
    if not findings and await services.ledger.read_including_closed(account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    return _result({"accounts": 1}, f"1 account audited, {count_of(len(findings), 'finding')}", findings)


def _incomplete(outage: IncompleteAuditError) -> Result:
    """The findings of an audit that could not read everything."""
    summary = f"{outage}; {count_of(len(outage.findings), 'finding')}"
    found = _result({"error": "unavailable", "detail": str(outage)}, summary, outage.findings)
    return replace(found, code=Code.UNAVAILABLE)


def _result(counts: dict[str, object], summary: str, findings: Sequence[Finding]) -> Result:
    return Result(
        {**counts, "findings": [finding_json(finding) for finding in findings]},
        summary,
        ("account", "row", "what", "invariant"),
        finding_rows(findings),
        Code.FOUND if findings else Code.FINE,
    )


def finding_json(finding: Finding) -> dict[str, str]:
    """One finding for programs."""
    return {
        "account": finding.account,
        "row": finding.row,
        "words": finding.detail,
        "invariant": finding.invariant.value,
    }


def finding_rows(findings: Sequence[Finding]) -> list[tuple[str, ...]]:
    """Findings for people."""
    return [(finding.account, finding.row, finding.detail, finding.invariant.value) for finding in findings]
