"""Audits in a process of their own, so that its memory is that of the audit."""

import asyncio
import resource
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter, process_time

from shared.adapters.clock import SystemClock
from shared.audit import proved
from shared.kernel.ids import AccountId
from shared.use_cases.accounts.audit_tonight import audit_tonight
from tests.proofs.bench.request_count import READS, TRANSACTIONS, counted
from tests.proofs.bench.services import services_on


@dataclass(frozen=True, slots=True)
class Measured:
    """What one night's audit of an account took: seconds, seconds of processor, requests, and by how many megabytes the
    process has grown.
    """

    seconds: float
    processor: float
    requests: int
    memory: float


def audited(connection: str, warm: AccountId, account: AccountId) -> Measured:
    """Audit *account* as a night does, in a new process that has audited *warm* before: its memory is the base."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_audited, (connection, warm, account))


def _audited(connection: str, warm: AccountId, account: AccountId) -> Measured:
    return asyncio.run(_audit(connection, warm, account))


async def _audit(connection: str, warm: AccountId, account: AccountId) -> Measured:
    async with services_on(connection, SystemClock()) as services:

        async def audit(name: AccountId) -> None:
            findings = await audit_tonight(services, name, await proved.read(services.audits, name))
            assert not findings, findings

        await audit(warm)
        before, began, worked = _peak(), perf_counter(), process_time()
        with counted() as requests:
            await audit(account)
        made = requests[READS] + requests[TRANSACTIONS]
        return Measured(perf_counter() - began, process_time() - worked, made, _peak() - before)


def _peak() -> float:
    """The peak memory of this process, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
