"""Audits and readers while everything is under way: whatever they see, they see a whole account of one instant."""

from dataclasses import dataclass

from shared.audit.finding import Promise
from shared.ports import UnavailableError
from shared.posting.keys import page_key
from shared.posting.pages import page_of
from shared.service.http import Reply
from shared.use_cases.audit_accounts import audit_accounts
from shared.views.lots import list_lots
from tests.simulation.engine.client import insisted
from tests.simulation.engine.simulation import Simulation
from tests.simulation.engine.worker import Worker
from tests.simulation.scenarios.debits import Debits
from tests.simulation.scenarios.people import request
from tests.simulation.scenarios.scenario import ONE, pause, together


@dataclass
class Auditing(Debits):
    """Debits, and in other processes auditors, and portals that show lots."""

    async def work(self, sim: Simulation) -> None:
        await together(
            super().work(sim),
            self._auditor(sim),
            self._auditor(sim),
            self._reader(sim),
            self._portal(sim),
            self._portal(sim),
        )

    async def _auditor(self, sim: Simulation) -> None:
        for _ in range(sim.chance.work.randint(1, 3)):
            await pause(sim, 6.0)
            worker = sim.running()
            if worker is not None:
                worker.spawn(_audited(sim, worker))

    async def _reader(self, sim: Simulation) -> None:
        for _ in range(12):
            await pause(sim, sim.chance.work.choice((0.05, 0.5)))
            worker = sim.running()
            if worker is not None:
                worker.spawn(_read(sim, worker))

    async def _portal(self, sim: Simulation) -> None:
        """Every lot that was confirmed is shown, spent or not."""
        for _ in range(sim.chance.work.randint(1, 6)):
            await pause(sim, sim.chance.work.choice((0.2, 3.0)))
            confirmed = {wish.facts["id"] for wish in self.grants if wish.answer == 201}
            shown, _ = await insisted(sim, list_lots, request(ONE), "portal")
            assert isinstance(shown, Reply)
            missing = confirmed - {lot["id"] for lot in shown.value["items"]}  # type: ignore[index]
            if missing:
                sim.fail(f"lots are not shown: {sorted(missing)}")


async def _audited(sim: Simulation, worker: Worker) -> None:
    """While clocks are wrong and processes dead, what waits may wait too long; everything else must hold."""
    try:
        found = await audit_accounts(worker.services)
    except UnavailableError:
        return
    for finding in found:
        if finding.promise is not Promise.WAITING:
            sim.fail(f"an audit under way: {finding}")


async def _read(sim: Simulation, worker: Worker) -> None:
    """A book that is read has the lots of its own page."""
    try:
        book = await worker.services.ledger.read(ONE)
    except UnavailableError:
        return
    assert book is not None
    page = page_of(sim.ledger.partition(ONE)[page_key(book.position.sequence)])
    if {lot.id: [lot.remaining, lot.pinned] for lot in book.lots.values()} != page.facts["after"]["lots"]:
        sim.fail(f"a book was read that never was: the head of page {page.sequence} with the lots of another")
