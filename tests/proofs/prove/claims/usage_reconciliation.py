"""usage-reconciliation: a month of calls against a carrier's export: every planted difference, in little memory."""

import argparse
import asyncio
import json
import resource
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text
from shared.ports import StoredCall
from shared.readers.profile import Profile, Reading
from shared.service.services import Services
from shared.use_cases.reconciliation.compare_export import Compared, Export, Period, compare_export
from shared.use_cases.reconciliation.workspace import Workspace
from tests.proofs.prove.claim import SEED, Claim, Option, Result

ACCOUNT = AccountId("5f0c1f9e-0000-4000-8000-000000000001")
BEGAN, ENDS = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
MEMORY_MAX = 300
"""Megabytes that the comparison may add."""

PLANTED = ("missing_here", "missing_there", "doubled", "duration", "price")
PART = 2_000
"""One call of so many has a difference of each class."""


class _Month:
    """Booked calls, and the carrier's records of them under its own names, made as they are read."""

    def __init__(self, calls: int, seed: int) -> None:
        self.calls, self.seed = calls, seed
        self.planted: Counter[str] = Counter()

    def _each(self) -> Iterator[tuple[int, datetime, str, int, str]]:
        rng, step = Random(self.seed), (ENDS - BEGAN - timedelta(hours=1)) / self.calls
        for number in range(self.calls):
            flaw = PLANTED[number % PART] if number % PART < len(PLANTED) else ""
            called = f"+4420794{number % 100_000:05}"
            yield number, BEGAN + number * step, called, rng.randint(1, 1_800), flaw

    async def booked(self, *_period: object) -> AsyncIterator[StoredCall]:
        """The records of the booked calls."""
        for number, at, called, seconds, flaw in self._each():
            if flaw == "missing_here":
                continue
            facts = {"event": ["urn:sbc", str(number)], "direction": "out", "amount": seconds * 100}
            name = f"{at:%Y%m%d%H%M%S%f}-{number:048x}"
            yield StoredCall(name, at, {**facts, "explanation": {"seconds": seconds}}, {"called": called})

    def write(self, path: Path) -> None:
        """The carrier's export: CloudEvents, one a line, some seconds off."""
        with path.open("w") as file:
            for number, at, called, seconds, flaw in self._each():
                self.planted[flaw] += bool(flaw)
                if flaw == "missing_there":
                    continue
                price = seconds * 100 + (5_000 if flaw == "price" else 0)
                data = {
                    "account": ACCOUNT,
                    "user": "ann",
                    "direction": "out",
                    "service": "user",
                    "called": called,
                    "startedAt": instant_text(at + timedelta(seconds=number % 5)),
                    "durationSeconds": seconds + (30 if flaw == "duration" else 0),
                    "price": {"amount": f"{price / 1_000_000:.6f}", "currency": "USD"},
                }
                for copy in range(2 if flaw == "doubled" else 1):
                    file.write(f"{_event(f'{number}-{copy}', data)}\n")


def _event(name: str, data: dict[str, Any]) -> str:
    envelope = {"specversion": "1.0", "type": "credits.usage.call.v1", "source": "urn:carrier", "id": name}
    return json.dumps({**envelope, "data": data}, separators=(",", ":"))


def test(chosen: argparse.Namespace) -> Result:
    """Compare a month, and count what was planted and what was found."""
    month = _Month(chosen.rows, chosen.seed)
    with TemporaryDirectory() as folder:
        export = Path(folder) / "export"
        month.write(export)
        before = _megabytes()
        workspace = Workspace(Path(folder) / "calls")
        compared = asyncio.run(_compare(month, export, workspace))
        found = Counter(each.kind.value for each in workspace.differences())
        added = _megabytes() - before
        workspace.close()
    for name in PLANTED:
        print(f"  {name:<16}{month.planted[name]:>8} planted{found[name]:>8} found")
    passed = found == month.planted - Counter({"": month.planted[""]}) and added <= MEMORY_MAX
    planted, booked = sum(map(month.planted.__getitem__, PLANTED)), chosen.rows - month.planted["missing_here"]
    words = (
        f"{compared.read:,} records against {booked:,} bookings: {found.total()} of {planted} planted differences"
        f" found and classed, with {added:.0f} MB more memory"
    )
    return Result(passed, words, {"records": compared.read, "differences": dict(found), "megabytes": round(added)})


async def _compare(month: _Month, export: Path, workspace: Workspace) -> Compared:
    from tests.fakes.world import World  # noqa: PLC0415 - needed by this claim only
    from tests.tenant import Tenant  # noqa: PLC0415 - needed by this claim only

    world = World()
    await world.publish()
    await Tenant(world, ACCOUNT).open()
    services: Services = world.services
    calls: Any = type("Month", (), {"calls": staticmethod(month.booked)})
    services = replace(services, reports=replace(services.reports, calls=calls))
    with export.open("rb") as file:
        reading = Reading("cloudevents", profile=Profile())
        period = Period(ACCOUNT, BEGAN, ENDS)
        return await compare_export(services, period, Export(file, reading), workspace, lambda: None)


def _megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


CLAIM = Claim(
    "usage-reconciliation",
    "a month of calls is compared with a carrier's export in little memory, and every difference is classed",
    (Option("rows", 1_000_000, 2_000, "number of calls"), SEED),
    test,
)
