"""Reads during writes: each read is consistent, and every confirmed lot is shown."""

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
from tests.simulation.scenarios.scenario import ONE, UNIT, Scenario, pause, together
from tests.simulation.scenarios.user_requests import UserRequest, request, send_grant

READS = 15


@dataclass
class Reading(Scenario):
    """Small lots are spent one after another, while two processes read continuously."""

    async def prepare(self, sim: Simulation) -> None:
        await super().prepare(sim)
        for number in range(sim.randomness.work.randint(3, 5)):
            user_request = UserRequest(ONE, f"lot {number}", 5 * UNIT)
            self.grants.append(user_request)
            await send_grant(sim, user_request)

    async def run(self, sim: Simulation) -> None:
        await together(
            self._send_calls(sim),
            self._send_calls(sim),
            self._read_repeatedly(sim, self._book),
            self._read_repeatedly(sim, self._lots),
        )

    async def _send_calls(self, sim: Simulation) -> None:
        longest = sim.randomness.work.choice((0.02, 0.1, 0.5))
        for _ in range(3):
            started_at = START - timedelta(hours=5)
            self.send_usage(sim, call(ONE, f"call {len(self.sent)}", SEATTLE, 600, started_at))
            await pause(sim, longest)

    async def _read_repeatedly(self, sim: Simulation, read) -> None:
        """Read repeatedly in one process, until it crashes."""
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
            sim.fail(f"an inconsistent book was read: the head of page {page.sequence} with the lots of another")

    async def _lots(self, sim: Simulation, services: Services) -> None:
        shown = await list_lots(services, request(ONE))
        listed = {lot["id"] for lot in shown.value["items"]}  # type: ignore[index]
        missing = {user_request.facts["id"] for user_request in self.grants} - listed
        if missing:
            sim.fail(f"confirmed lots are not shown: {sorted(missing)}")
