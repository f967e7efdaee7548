"""A carrier's export compared with what was booked, and the dispute sheet (R29)."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.plural import count_of
from operations.progress import progress
from operations.result import Code, Result
from shared.kernel.money import Money
from shared.readers.row import UnreadableFileError
from shared.service.http import Flaw, ProblemError
from shared.service.services import Services
from shared.use_cases.reconciliation.compare_export import Compared, Export, Period, compare_export
from shared.use_cases.reconciliation.workspace import Difference, DifferenceClass, Workspace
from shared.use_cases.reports.cells import Cell, Column, Kind
from shared.use_cases.reports.xlsx_rows import xlsx_parts
from shared.use_cases.usage.read_events import Source, reading_of
from shared.use_cases.usage.source_profile import ProfileMissingError

__all__ = ["Period", "Wanted", "compare_usage"]

SHOWN_MAX = 1_000
"""Differences on the screen or in JSON; the sheet has all of them."""

COLUMNS = (
    Column("Class", ("class",)),
    Column("Record of the carrier", ("record",)),
    Column("Event that was booked", ("event",)),
    Column("Booked", ("ours",), Kind.NUMBER),
    Column("Of the carrier", ("theirs",), Kind.NUMBER),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is compared, and where the dispute sheet is written; None: nowhere."""

    file: Path
    form: str
    profile: str | None
    sheet: Path | None


async def compare_usage(services: Services, period: Period, wanted: Wanted) -> Result:
    """How the export and the bookings of *period* differ."""
    source = Source(format=wanted.form, account=period.account, profile=wanted.profile)
    try:
        reading = await reading_of(services, source)
    except ProfileMissingError as error:
        raise ProblemError("not_found", str(error), (Flaw("--profile", "unknown", str(error)),)) from error
    with TemporaryDirectory() as folder, wanted.file.open("rb") as file, progress(f"reading {file.name}") as step:
        workspace, size = Workspace(Path(folder) / "calls"), wanted.file.stat().st_size
        try:
            compared = await compare_export(
                services, period, Export(file, reading), workspace, lambda: step(file.tell(), size)
            )
            return await _result(workspace, compared, wanted)
        except UnreadableFileError as error:
            raise ProblemError("invalid_request", f"the file cannot be read: {error}") from error
        finally:
            workspace.close()


async def _result(workspace: Workspace, compared: Compared, wanted: Wanted) -> Result:
    counts = Counter(found.kind.value for found in workspace.differences())
    shown = [
        {"class": found.kind.value, "record": found.record, "event": found.event, **_values(found)}
        for found, _ in zip(workspace.differences(), range(SHOWN_MAX), strict=False)
    ]
    if wanted.sheet is not None:
        with wanted.sheet.open("wb") as sheet:
            async for part in xlsx_parts(COLUMNS, _rows(workspace)):
                sheet.write(part)
    differing = count_of(counts.total(), "difference")
    summary = f"{count_of(compared.read, 'record')} read, {compared.matched:,} matched, {differing}"
    value = {"read": compared.read, "matched": compared.matched, "skipped": compared.skipped}
    rows = [(kind, f"{counts[kind]:,}") for kind in DifferenceClass if counts[kind]]
    code = Code.FOUND if counts else Code.FINE
    return Result({**value, "classes": dict(counts), "differences": shown}, summary, ("class", "calls"), rows, code)


def _values(found: Difference) -> dict[str, object]:
    """Both values: seconds, or money as text."""
    return {"ours": _text(found.kind, found.ours), "theirs": _text(found.kind, found.theirs)}


def _text(kind: DifferenceClass, value: int | None) -> object:
    return Money(value, "USD").text if kind is DifferenceClass.PRICE and value is not None else value


async def _rows(workspace: Workspace) -> AsyncIterator[tuple[Cell, ...]]:
    for found in workspace.differences():
        ours, theirs = (
            str(_text(found.kind, each)) if each is not None else None for each in (found.ours, found.theirs)
        )
        yield (found.kind.value, found.record, found.event, ours, theirs)
