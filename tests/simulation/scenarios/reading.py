"""Readers beside writers: whatever is read is one instant of the account, and every confirmed lot is shown."""

from dataclasses import dataclass
from datetime import timedelta

from shared.ports import UnavailableError
from shared.posting.journal.keys import page_key
from shared.posting.journal.pages import page_of
from shared.service.services import Services
from shared.views.lots import list_lots
from tests.fakes.world import START
from tests.simulation.engine.simulation import Simulation
from tests.simulation.scenarios.calls import SEATTLE, call
from tests.simulation.scenarios.people import Wish, grants, request
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together

READS = 15


@dataclass
class Reading(Scenario):
    """Small lots, spent one after another, while two processes read all the time."""

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        for number in range(sim.chance.work.randint(3, 5)):
            wish = Wish(ONE, f"lot {number}", 5 * UNIT)
            self.grants.append(wish)
            await grants(sim, wish)

    async def work(self, sim: Simulation) -> None:
        await together(self._calls(sim), self._calls(sim), self._reads(sim, self._book), self._reads(sim, self._lots))

    async def _calls(self, sim: Simulation) -> None:
        longest = sim.chance.work.choice((0.02, 0.1, 0.5))
        for _ in range(3):
            started_at = START - timedelta(hours=5)
            self.sends(sim, call(ONE, f"call {len(self.sent)}", SEATTLE, 600, started_at))
            await pause(sim, longest)

    async def _reads(self, sim: Simulation, read) -> None:
        """One after another in one process, until it dies."""
        worker = sim.running()
        if worker is None:
            return

        async def often() -> None:
            for _ in range(READS):
                try:
                    await read(sim, worker.services)
                except UnavailableError:
                    continue

        worker.spawn(often())
        await pause(sim, 1.0)

    async def _book(self, sim: Simulation, services: Services) -> None:
        book = await services.ledger.read(ONE)
        assert book is not None
        page = page_of(sim.ledger.partition(ONE)[page_key(book.position.sequence)])
        if {lot.id: [lot.remaining, lot.pinned] for lot in book.lots.values()} != page.facts["after"]["lots"]:
            sim.fail(f"a book was read that never was: the head of page {page.sequence} with the lots of another")

    async def _lots(self, sim: Simulation, services: Services) -> None:
        shown = await list_lots(services, request(ONE))
        missing = {wish.facts["id"] for wish in self.grants} - {lot["id"] for lot in shown.value["items"]}  # type: ignore[index]
        if missing:
            sim.fail(f"lots are not shown: {sorted(missing)}")
