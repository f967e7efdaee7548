"""The small world of tests/fakes, seen by one worker: every port reaches the shared outside through the worker."""

from typing import TYPE_CHECKING

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

        self.clock = worker.clock
        self.ledger, self.alarms = table(simulation.ledger), table(simulation.alarms)
        self.suspense, self.accounts = table(simulation.suspense), table(simulation.accounts)
        self.payments = WorkerPayments(worker, simulation.provider)
        self.mail = WorkerMail(worker, simulation.mail)
        self.queues = WorkerQueues(worker, simulation.queues)
        self.rates = WorkerRates(worker, simulation.rates)
        self.services = self.process()
