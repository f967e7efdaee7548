"""A file of usage, read and booked by the service's own code, directly on its storage."""

from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import click

from operations.plural import count_of
from operations.progress import progress
from operations.result import Code, Result
from shared.kernel.ids import AccountId
from shared.ports import Counts
from shared.readers.formats import FORMATS, read_file
from shared.service.http import Flaw, ProblemError
from shared.service.services import Services
from shared.use_cases.imports.portion import added, next_portion, record_portion
from shared.use_cases.imports.try_portion import Trial
from shared.use_cases.usage.read_events import Source, reading_of
from shared.use_cases.usage.source_profile import ProfileMissingError


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is imported, and for whom."""

    file: Path
    form: str
    account: AccountId | None
    profile: str | None
    is_dry: bool


def check_format(form: str) -> None:
    """Refuse a format that is not known, as wrong usage."""
    if form not in FORMATS:
        raise click.BadParameter("one of " + ", ".join(FORMATS), param_hint="'--format'")


async def import_file(services: Services, wanted: Wanted) -> Result:
    """What became of the file's records, or in a dry run what would."""
    source = Source(format=wanted.form, account=wanted.account, profile=wanted.profile)
    try:
        reading = await reading_of(services, source)
    except ProfileMissingError as error:
        raise ProblemError("not_found", str(error), (Flaw("--profile", "unknown", str(error)),)) from error
    what = "checking" if wanted.is_dry else "importing"
    with wanted.file.open("rb") as file, progress(f"{what} {wanted.file.name}") as step:
        size, receipt, trial = wanted.file.stat().st_size, uuid4().hex, Trial(services, source)
        with closing(read_file(file, reading)) as rows:
            counts, flaw = Counts(), ""
            while not flaw:
                portion = next_portion(rows)
                rows_now = portion.rows
                tried = await trial.try_rows(rows_now) if wanted.is_dry else None
                found = tried or await record_portion(services, rows_now, source, receipt, counts.read)
                counts, flaw = added(counts, found), portion.flaw
                step(file.tell(), size)
                if not rows_now:
                    break
    return _result(wanted, counts, flaw)


def _result(wanted: Wanted, counts: Counts, flaw: str) -> Result:
    done = "checked only, nothing was written: " if wanted.is_dry else ""
    named = ("booked", "duplicate", "suspended", "ignored")
    shown = ", ".join(f"{asdict(counts)[name]:,} {name}" for name in named)
    end = f"; the file cannot be read further: {flaw}" if flaw else ""
    value = {"state": "failed" if flaw else "done", **asdict(counts), "dryRun": wanted.is_dry, "detail": flaw or None}
    rows = [(reason, f"{count:,}") for reason, count in Counter(counts.reasons).most_common()]
    summary = f"{done}{count_of(counts.read, 'record')} read: {shown} ({counts.free:,} of those booked are free){end}"
    is_fine = not flaw and not counts.suspended
    return Result(value, summary, ("reason", "records"), rows, Code.FINE if is_fine else Code.FOUND)
