"""Nightly reconciliations at random times; every difference that they do not correct is a violation."""

from datetime import timedelta

from shared.ports import UnavailableError
from shared.use_cases.payments.reconcile_payments import CORRECTED, DifferenceKind, reconcile_payments
from tests.simulation.engine.simulation import Simulation
from tests.simulation.engine.worker import Worker
from tests.simulation.scenarios.scenario import pause

HARMLESS = CORRECTED | {DifferenceKind.UNREAD}
"""What a reconciliation during faults may report: what could not be read is compared the next time."""


async def reconcile_at_random_times(sim: Simulation, longest: float) -> None:
    """Run up to two reconciliations during other work."""
    for _ in range(sim.randomness.work.choice((0, 1, 2))):
        await pause(sim, longest)
        worker = sim.running()
        if worker is not None:
            worker.record("reconciles")
            worker.spawn(_reconciled(sim, worker))


async def reconcile_last(sim: Simulation) -> None:
    """Reconcile once without faults."""
    worker = sim.running()
    assert worker is not None
    await reconcile_payments(worker.services, sim.began - timedelta(days=1))


async def _reconciled(sim: Simulation, worker: Worker) -> None:
    try:
        found = await reconcile_payments(worker.services, sim.began - timedelta(days=1))
    except UnavailableError as outage:
        worker.record(f"reconciliation: {outage}")
        return
    for difference in found:
        worker.record(f"reconciliation: {difference}")
        if difference.kind not in HARMLESS:
            sim.fail(f"6: a reconciliation during the run: {difference}")
