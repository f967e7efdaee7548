"""Audits, by the service's own verb."""

from collections.abc import Sequence
from dataclasses import replace

from operations.progress import progress
from operations.result import Code, Result
from shared.audit.finding import Finding
from shared.kernel.ids import AccountId
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.posting.journal.keys import UNATTRIBUTED
from shared.service.http import refused
from shared.service.services import Services
from shared.use_cases.accounts.audit_accounts import IncompleteAuditError, audit_account, audit_accounts


async def audit_all(services: Services) -> Result:
    """Every account, and the unattributed usage apart; what is found although some do not answer is shown, too."""
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
    apart = sum(finding.account == UNATTRIBUTED for finding in findings)
    words = f"{accounts} accounts audited, {len(findings) - apart} findings; unattributed usage, {apart} findings"
    return _answer({"accounts": accounts, "unattributedUsage": {"findings": apart}}, words, findings)


async def audit_one(services: Services, account: AccountId) -> Result:
    """One account; refuses one of which there is nothing at all."""
    findings = await audit_account(services, account)
    if not findings and await services.ledger.read_including_closed(account) is None:
        raise refused(UNKNOWN_ACCOUNT)
    return _answer({"accounts": 1}, f"1 account audited, {len(findings)} findings", findings)


def _incomplete(outage: IncompleteAuditError) -> Result:
    """What was found nevertheless, and that it is not all."""
    words = f"{outage}; {len(outage.findings)} findings"
    found = _answer({"error": "unavailable", "detail": str(outage)}, words, outage.findings)
    return replace(found, code=Code.OUTSIDE)


def _answer(counts: dict[str, object], words: str, findings: Sequence[Finding]) -> Result:
    return Result(
        {**counts, "findings": [finding_json(finding) for finding in findings]},
        words,
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
