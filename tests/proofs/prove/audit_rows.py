"""Runs the service's own nightly audit use case (R25) immediately, on a machine's rows."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.clock import LocalClock
from local.machine.machine import Machine
from shared.audit.finding import Finding
from shared.settings import read_settings
from shared.use_cases.accounts.audit_accounts import audit_accounts
from shared.wiring.composition import opened


def audited(machine: Machine) -> Sequence[Finding]:
    """Every finding of the audit on *machine* now."""
    return asyncio.run(audit(machine.settings, machine.folder / "clock"))


async def audit(settings: Mapping[str, str], clock: Path) -> Sequence[Finding]:
    """Every finding for a service with these settings. *clock* is the file that contains its clock's offset."""
    log = logging.getLogger("shared")
    before = log.level
    log.setLevel(logging.CRITICAL)  # the caller reports the findings
    try:
        async with opened(read_settings(settings), LocalClock(clock)) as services:
            return await audit_accounts(services)
    finally:
        log.setLevel(before)
