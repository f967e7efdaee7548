"""Runs the service's own nightly audit use case (R25) immediately, on a machine's rows."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.clock import LocalClock
from local.machine.machine import Machine
from shared.audit.finding import Finding
from shared.kernel.ids import AccountId
from shared.settings import read_settings
from shared.use_cases.accounts.audit_account import audit_account
from shared.use_cases.accounts.audit_accounts import audit_accounts
from shared.wiring.composition import opened


def audited(machine: Machine, account: AccountId | None = None) -> Sequence[Finding]:
    """Every finding of the audit on *machine* now, of one account or of all."""
    return asyncio.run(audit(machine.settings, machine.folder / "clock", account))


async def audit(settings: Mapping[str, str], clock: Path, account: AccountId | None = None) -> Sequence[Finding]:
    """Every finding for a service with these settings, of one account or of all. *clock* is the file that contains its
    clock's offset.
    """
    log = logging.getLogger("shared")
    before = log.level
    log.setLevel(logging.CRITICAL)  # the caller reports the findings
    try:
        async with opened(read_settings(settings), LocalClock(clock)) as services:
            return await (audit_account(services, account) if account else audit_accounts(services))
    finally:
        log.setLevel(before)
