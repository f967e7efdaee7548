"""Audits in a process of their own, so that its memory is that of the audit."""

import asyncio
import gc
import resource
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from time import process_time

from shared.audit import proved
from shared.kernel.ids import AccountId
from shared.rating.card_csv import CardProblems, read_rates
from shared.use_cases.accounts.audit_tonight import audit_tonight
from tests.fakes.world import World
from tests.proofs.bench.services import CARD, CURRENCY, SAMPLE
from tests.proofs.bench.sqlite_table import SqliteTable

STATUS = Path("/proc/self/status")

TABLES = ("ledger", "alarms", "suspense", "accounts", "audits")


class FileWorld(World):
    """The real use cases and loop, with tables in a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.tables = {name: SqliteTable(file, name) for name in TABLES}
        vars(self).update(self.tables)
        self.services = self.process()

    async def publish_sample(self) -> None:
        """Publish the sample rate card."""
        rates = read_rates(SAMPLE.read_bytes())
        assert not isinstance(rates, CardProblems), rates
        await self.rates.publish(rates.as_card(CARD, CURRENCY, self.clock.now() - timedelta(days=400)))

    @property
    def requests(self) -> int:
        """The requests so far."""
        return sum(table.requests for table in self.tables.values())


@dataclass(frozen=True, slots=True)
class Measured:
    """What one night's audit of an account took: seconds of processor, requests, and by how many megabytes the process
    has grown.
    """

    seconds: float
    requests: int
    memory: float


def audited(file: Path, warm: AccountId, account: AccountId) -> Measured:
    """Audit *account* as a night does, in a new process that has audited *warm* before: its memory is the base."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_audited, (file, warm, account))


def _audited(file: Path, warm: AccountId, account: AccountId) -> Measured:
    return asyncio.run(_audit(FileWorld(file), warm, account))


async def _audit(world: FileWorld, warm: AccountId, account: AccountId) -> Measured:
    async def audit(name: AccountId) -> None:
        findings = await audit_tonight(world.services, name, await proved.read(world.services.audits, name))
        assert not findings, findings

    await audit(warm)
    before, began, requests = _reset_peak(), process_time(), world.requests
    await audit(account)
    return Measured(process_time() - began, world.requests - requests, _peak() - before)


def _reset_peak() -> float:
    """The memory of this process now, in megabytes. On Linux its peak counts from now on."""
    if not STATUS.exists():
        return _peak()
    gc.collect()
    (STATUS.parent / "clear_refs").write_text("5")
    return _peak()


def _peak() -> float:
    """The peak memory of this process, in megabytes."""
    if STATUS.exists():
        return int(STATUS.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
