"""The World of tests/fakes for one worker: every port accesses the shared external services through the worker."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shared.recharge.rules import RechargeRules
from tests.fakes.report_files import FakeReportFiles
from tests.fakes.usage_files import FakeUsageFiles
from tests.fakes.world import RECHARGE_RULES, World
from tests.simulation.engine.mail import WorkerMail
from tests.simulation.engine.money_back import WorkerMoneyBack
from tests.simulation.engine.provider import WorkerPayments
from tests.simulation.engine.queues import WorkerQueues
from tests.simulation.engine.rates import WorkerRates
from tests.simulation.engine.tables import SharedTable, WorkerTable
from tests.simulation.engine.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation


BURST_MAX = 3
"""Charges within an hour: few enough for a burst in a short run."""


class WorkerWorld(World):
    """Composes *services* as in all other tests of use cases."""

    def __init__(self, worker: Worker, simulation: "Simulation") -> None:
        def table(shared: SharedTable) -> WorkerTable:
            return WorkerTable(worker, shared, simulation)

        ports: dict[str, Any] = {
            "clock": worker.clock,
            "ledger": table(simulation.ledger),
            "alarms": table(simulation.alarms),
            "suspense": table(simulation.suspense),
            "accounts": table(simulation.accounts),
            "attempts": table(simulation.attempts),
            "audits": table(simulation.audits),
            "usage": table(simulation.usage),
            "notices": table(simulation.notices),
            "imports": table(simulation.imports),
            "files": FakeUsageFiles(),
            "report_files": FakeReportFiles(),
            "payments": WorkerPayments(worker, simulation.provider),
            "money_back": WorkerMoneyBack(worker, simulation.money_back),
            "mail": WorkerMail(worker, simulation.mail),
            "queues": WorkerQueues(worker, simulation.queues),
            "service_numbers": simulation.service_numbers,
            "rates": WorkerRates(worker, simulation.rates),
        }
        vars(self).update(ports)  # each has the interface of the fake that it replaces
        self.services = self.process()

    @property
    def recharge_rules(self) -> RechargeRules:
        """Fewer charges within an hour than in production."""
        return replace(RECHARGE_RULES, burst_max=BURST_MAX)
