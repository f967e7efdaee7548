"""A carrier's export compared with what was booked, and the dispute sheet (R29)."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from operations.plural import count_of
from operations.progress import progress
from operations.result import Code, Result
from shared.posting.decision import UNKNOWN_ACCOUNT
from shared.readers.row import UnreadableFileError
from shared.service.http import Flaw, ProblemError, refused
from shared.service.services import Services
from shared.use_cases.reconciliation.compare_export import Compared, Export, Period, compare_export
from shared.use_cases.reconciliation.shown import difference_json, sheet_item
from shared.use_cases.reconciliation.workspace import DifferenceClass, Workspace
from shared.use_cases.reports.cells import COLUMNS, Cell
from shared.use_cases.reports.xlsx_rows import xlsx_parts
from shared.use_cases.usage.read_events import Source, reading_of
from shared.use_cases.usage.source_profile import ProfileMissingError

__all__ = ["Period", "Wanted", "compare_usage"]

SHOWN_MAX = 1_000
"""Differences on the screen or in JSON; the sheet has all of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is compared, and where the dispute sheet is written; None: nowhere."""

    file: Path
    form: str
    profile: str | None
    sheet: Path | None


async def compare_usage(services: Services, period: Period, wanted: Wanted) -> Result:
    """How the export and the bookings of *period* differ. ProblemError where the account or the profile is unknown, or
    the file cannot be read.
    """
    terms = await services.terms(period.account)
    if terms is None:
        raise refused(UNKNOWN_ACCOUNT)
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
            return await _result(workspace, compared, wanted, terms.currency)
        except UnreadableFileError as error:
            raise ProblemError("invalid_request", f"the file cannot be read: {error}") from error
        finally:
            workspace.close()


async def _result(workspace: Workspace, compared: Compared, wanted: Wanted, currency: str) -> Result:
    counts = Counter(found.kind.value for found in workspace.differences())
    shown = [difference_json(found, currency) for found in islice(workspace.differences(), SHOWN_MAX)]
    if wanted.sheet is not None:
        with wanted.sheet.open("wb") as sheet:
            async for part in xlsx_parts(COLUMNS["reconciliations"], _rows(workspace, currency)):
                sheet.write(part)
    differing = count_of(counts.total(), "difference")
    summary = f"{count_of(compared.read, 'record')} read, {compared.matched:,} matched, {differing}"
    value = {"read": compared.read, "matched": compared.matched, "skipped": compared.skipped}
    rows = [(kind, f"{counts[kind]:,}") for kind in DifferenceClass if counts[kind]]
    code = Code.FOUND if counts else Code.FINE
    return Result({**value, "counts": dict(counts), "differences": shown}, summary, ("class", "calls"), rows, code)


async def _rows(workspace: Workspace, currency: str) -> AsyncIterator[list[Cell]]:
    for found in workspace.differences():
        item = sheet_item(difference_json(found, currency))
        yield [column.of(item) for column in COLUMNS["reconciliations"]]
