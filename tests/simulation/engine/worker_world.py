"""The small world of tests/fakes, seen by one worker: every port reaches the shared outside through the worker."""

from typing import TYPE_CHECKING, Any

from tests.fakes.world import World
from tests.simulation.engine.mail import WorkerMail
from tests.simulation.engine.provider import WorkerPayments
from tests.simulation.engine.queues import WorkerQueues
from tests.simulation.engine.rates import WorkerRates
from tests.simulation.engine.tables import SharedTable, WorkerTable
from tests.simulation.engine.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation


class WorkerWorld(World):
    """*services* are put together as in every other test of the verbs."""

    def __init__(self, worker: Worker, simulation: "Simulation") -> None:
        def table(shared: SharedTable) -> WorkerTable:
            return WorkerTable(worker, shared, simulation)

        outside: dict[str, Any] = {
            "clock": worker.clock,
            "ledger": table(simulation.ledger),
            "alarms": table(simulation.alarms),
            "suspense": table(simulation.suspense),
            "accounts": table(simulation.accounts),
            "attempts": table(simulation.attempts),
            "payments": WorkerPayments(worker, simulation.provider),
            "mail": WorkerMail(worker, simulation.mail),
            "queues": WorkerQueues(worker, simulation.queues),
            "rates": WorkerRates(worker, simulation.rates),
        }
        vars(self).update(outside)  # each is as good as the fake whose place it takes
        self.services = self.process()
