"""The audit (R25) of a machine's rows, by the service's own verb, run here instead of at night."""

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
    """Everything that the audit finds wrong on *machine* now."""
    return asyncio.run(audit(machine.settings, machine.folder / "clock"))


async def audit(settings: Mapping[str, str], clock: Path) -> Sequence[Finding]:
    """The same for a service with these settings; *clock* is the file that holds its clock's offset."""
    log = logging.getLogger("shared")
    before = log.level
    log.setLevel(logging.CRITICAL)  # the findings are told by who asks
    try:
        async with opened(read_settings(settings), LocalClock(clock)) as services:
            return await audit_accounts(services)
    finally:
        log.setLevel(before)
