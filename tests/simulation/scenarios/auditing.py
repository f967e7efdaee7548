"""Audits during other work: an audit reads consistent accounts and finds nothing wrong."""

from dataclasses import dataclass

from shared.audit import proved
from shared.audit.finding import Invariant
from shared.ports import UnavailableError
from shared.use_cases.accounts.audit_accounts import audit_accounts
from shared.use_cases.accounts.audit_tonight import audit_tonight
from tests.simulation.engine.simulation import Simulation
from tests.simulation.engine.worker import Worker
from tests.simulation.scenarios.debits import Debits
from tests.simulation.scenarios.scenario import pause, together


@dataclass
class Auditing(Debits):
    """Debits, and audits in other processes."""

    async def run(self, sim: Simulation) -> None:
        await together(super().run(sim), self._auditor(sim), self._auditor(sim))

    async def _auditor(self, sim: Simulation) -> None:
        for _ in range(sim.randomness.work.randint(1, 3)):
            await pause(sim, 6.0)
            worker = sim.running()
            if worker is not None:
                worker.spawn(_audited(sim, worker))


async def _audited(sim: Simulation, worker: Worker) -> None:
    """With wrong clocks and crashed processes, work may be late; every other finding is a violation."""
    services = worker.services
    try:
        found = [*await audit_accounts(services)]
        async for account in services.registry.accounts():  # as a night does, from where the last one ended
            found += await audit_tonight(services, account, await proved.read(services.audits, account))
    except UnavailableError:
        return
    for finding in found:
        if finding.invariant is not Invariant.WAITING:
            sim.fail(f"an audit during the run: {finding}")
