"""Audits while everything is under way: whatever an audit sees, it sees a whole account, and finds nothing wrong."""

from dataclasses import dataclass

from shared.audit.finding import Invariant
from shared.ports import UnavailableError
from shared.use_cases.accounts.audit_accounts import audit_accounts
from tests.simulation.engine.simulation import Simulation
from tests.simulation.engine.worker import Worker
from tests.simulation.scenarios.debits import Debits
from tests.simulation.scenarios.scenario import pause, together


@dataclass
class Auditing(Debits):
    """Debits, and auditors in other processes."""

    async def work(self, sim: Simulation) -> None:
        await together(super().work(sim), self._auditor(sim), self._auditor(sim))

    async def _auditor(self, sim: Simulation) -> None:
        for _ in range(sim.chance.work.randint(1, 3)):
            await pause(sim, 6.0)
            worker = sim.running()
            if worker is not None:
                worker.spawn(_audited(sim, worker))


async def _audited(sim: Simulation, worker: Worker) -> None:
    """While clocks are wrong and processes dead, what waits may wait too long; everything else must hold."""
    try:
        found = await audit_accounts(worker.services)
    except UnavailableError:
        return
    for finding in found:
        if finding.invariant is not Invariant.WAITING:
            sim.fail(f"an audit under way: {finding}")
