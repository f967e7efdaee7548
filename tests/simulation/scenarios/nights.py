"""The nightly reconciliation, at whatever hour: what it puts right by itself is no finding, everything else is."""

from datetime import timedelta

from shared.ports import UnavailableError
from shared.use_cases.payments.reconcile_payments import DifferenceKind, reconcile_payments
from tests.simulation.engine.simulation import Simulation
from tests.simulation.engine.worker import Worker
from tests.simulation.scenarios.scenario import pause

MENDED = frozenset({DifferenceKind.SETTLED_LATE, DifferenceKind.CANCELLED})


async def nights(sim: Simulation, longest: float) -> None:
    """Up to two reconciliations, in the middle of everything."""
    for _ in range(sim.chance.work.choice((0, 1, 2))):
        await pause(sim, longest)
        worker = sim.running()
        if worker is not None:
            worker.tell("reconciles")
            worker.spawn(_reconciled(sim, worker))


async def _reconciled(sim: Simulation, worker: Worker) -> None:
    try:
        found = await reconcile_payments(worker.services, sim.began - timedelta(days=1))
    except UnavailableError as outage:
        worker.tell(f"reconciliation: {outage}")
        return
    for difference in found:
        worker.tell(f"reconciliation: {difference}")
        if difference.kind not in MENDED:
            sim.fail(f"6: a reconciliation under way: {difference}")
