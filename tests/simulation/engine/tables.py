"""The `Table` port of one worker on shared tables."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from shared.ports import OutcomeUnknownError, Row, Rows, UnavailableError, Write
from tests.fakes.table import FakeTable
from tests.simulation.engine.faults import Call, Kind, Mishap
from tests.simulation.engine.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.engine.simulation import Simulation

Watch = Callable[[str, Sequence[Write]], None]


class SharedTable:
    """One table; *watchers* are called for every applied transaction."""

    def __init__(self, name: str, record: Callable[[str, str], None]) -> None:
        self.name = name
        self.rows = FakeTable()
        self.watchers: list[Watch] = []
        self._record = record

    def partition(self, partition: str) -> dict[str, Row]:
        return self.rows.partitions.get(partition, {})

    def apply(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        """Apply all writes or none; call the watchers before any other code runs."""
        try:
            etags = self.rows.apply(partition, writes)
        except Exception as refusal:
            self._record(self.name, f"rejects: {type(refusal).__name__} {refusal}")
            raise
        for watch in self.watchers:
            watch(partition, writes)
        return etags


class WorkerTable:
    """One worker's access to a table. A range is read in several responses, each at its own time."""

    def __init__(self, worker: Worker, shared: SharedTable, simulation: "Simulation") -> None:
        self._worker = worker
        self._shared = shared
        self._simulation = simulation
        name = shared.name
        self._get, self._range = Call(f"{name}.get", Kind.READ), Call(f"{name}.range", Kind.READ)
        self._transact = Call(f"{name}.transact", Kind.WRITE)

    async def get(self, partition: str, key: str) -> Row | None:
        return await self._worker.reach(
            self._get, lambda: self._shared.partition(partition).get(key), UnavailableError, key
        )

    async def range(self, partition: str, first: str, end: str, limit: int | None = None) -> Rows:
        if not self._shared.partition(partition):
            return Rows([], 1)  # nothing to miss; most shards of the alarms are empty
        rows: list[Row] = []
        responses, position, more = 0, first, True
        while more and not (limit and len(rows) >= limit):
            found, position, more = await self._response(partition, position, end)
            rows += found
            responses += 1
        return Rows(rows[:limit], responses)

    async def _response(self, partition: str, first: str, end: str) -> tuple[list[Row], str, bool]:
        """Rows of one response, possibly none, the first key of the next response, and whether there is one."""
        is_empty = self._simulation.faults.happens(Mishap.EMPTY_RESPONSE)
        size = 0 if is_empty else self._simulation.response_rows

        def act() -> tuple[list[Row], str, bool]:
            stored = self._shared.partition(partition)
            keys = sorted(key for key in stored if first <= key < end)
            following = keys[size] if len(keys) > size else first
            return [stored[key] for key in keys[:size]], following, len(keys) > size

        return await self._worker.reach(self._range, act, UnavailableError, first)

    async def transact(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        is_logged = self._worker.is_logged
        words = ", ".join(f"{type(write).__name__} {write.key}" for write in writes) if is_logged else ""
        return await self._worker.reach(
            self._transact, lambda: self._shared.apply(partition, writes), OutcomeUnknownError, words
        )
