"""A report as a file: in the answer if it is small; else it is written by the queue and handed out as a link (R20).

The same request asks for the same file, so that polling it starts nothing twice.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from shared.kernel.ids import AccountId, digest
from shared.kernel.times import instant_text, parse_instant
from shared.ports import OutcomeUnknownError, UnavailableError, Upsert
from shared.ports.report_files import ReportFile
from shared.service.http import Reply, Request
from shared.service.operation import UseCase
from shared.service.services import Services
from shared.use_cases.reports import csv_rows, proof_lines, xlsx_rows
from shared.use_cases.reports.cells import COLUMNS, Cell, Column
from shared.use_cases.reports.current_sums import REPORTS, RETRY_SECONDS
from shared.use_cases.reports.report_rows import rows

ROWS_MAX = 10_000
"""Rows of an answer. A file with more is written by the queue."""

LINK_LIFETIME = timedelta(minutes=5)

FILE_LIFETIME = timedelta(minutes=30)
"""How long a written file answers the same request; then it is written again, as things are then."""

PATIENCE = timedelta(minutes=20)
"""How long a file may take to be written. Then the work is asked for again: its message may be lost."""

WRITING, WRITTEN = "writing", "written"

Parts: TypeAlias = Callable[[Sequence[Column], AsyncIterator[Sequence[Cell]]], AsyncIterator[bytes]]

FORMS: Mapping[str, tuple[str, Parts]] = {
    "csv": (csv_rows.MEDIA_TYPE, csv_rows.csv_parts),
    "xlsx": (xlsx_rows.MEDIA_TYPE, xlsx_rows.xlsx_parts),
}
"""The media type and the writer of each form of a table. The host adds the character set to texts."""

WRITERS: Mapping[str, tuple[str, Parts]] = {**FORMS, "proof": (proof_lines.MEDIA_TYPE, proof_lines.proof_parts)}
"""The same with the proof of a statement, whose rows are whole pages of the journal."""

PROOF_ROWS_MAX = 100

MINIMAL = "return=minimal"
"""The preference of a caller who wants the link itself."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The report *what* of an account in *form*, as a request asked for it."""

    account: AccountId
    what: str
    form: str
    query: Mapping[str, str]
    path: Mapping[str, str]

    @property
    def id(self) -> str:
        """The same for the same request."""
        asked = json.dumps([self.query, self.path], sort_keys=True)
        return digest(self.account, self.what, self.form, asked)[:32]

    @property
    def file(self) -> ReportFile:
        """Where it is written, and its name for people."""
        month = f"-{self.path['month']}" if "month" in self.path else ""
        what = self.what if self.form in FORMS else "statement"
        shown = re.sub(r"[^A-Za-z0-9-]", "", f"{what}{month}")
        return ReportFile(f"{self.account}/{self.id}.{self.form}", f"{shown}.{self.form}", WRITERS[self.form][0])

    @property
    def request(self) -> Request:
        """The request for the report itself."""
        return Request(None, {**self.path, "account": self.account}, self.query, {}, b"")


def as_file(what: str, form: str) -> UseCase:
    """The use case that answers the report *what* in *form*: 200 with the file, or 202 until it is written, then 303 to
    a link. A page may not follow a redirect to another origin: with `Prefer: return=minimal` (RFC 7240) it gets the
    link in the header of an empty 200.
    """

    async def read_report_file(services: Services, request: Request) -> Reply:
        path = {name: text for name, text in request.path.items() if name != "account"}
        wanted = Wanted(request.account, what, form, request.query, path)
        state, at = await _state(services, wanted)
        now = services.clock.now()
        if state == WRITTEN and now < at + FILE_LIFETIME:
            return await _link(services, wanted, is_minimal=request.headers.get("prefer") == MINIMAL)
        if state == WRITING and now < at + PATIENCE:
            return _wait(wanted)
        small = await _small(services, wanted)
        if small is not None:
            headers = {"Content-Disposition": f'attachment; filename="{wanted.file.download_name}"'}
            return Reply(200, small, headers, wanted.file.media_type)
        await _ask(services, wanted)
        return _wait(wanted)

    return read_report_file


async def _small(services: Services, wanted: Wanted) -> bytes | None:
    """The whole file; None if it has more rows than an answer holds."""
    found: list[Sequence[Cell]] = []
    async for row in rows(services, wanted.request, wanted.what):
        if len(found) == (PROOF_ROWS_MAX if wanted.form == "proof" else ROWS_MAX):
            return None
        found.append(row)

    async def again() -> AsyncIterator[Sequence[Cell]]:
        for row in found:
            yield row

    _, parts = WRITERS[wanted.form]
    return b"".join([part async for part in parts(COLUMNS.get(wanted.what, ()), again())])


def _wait(wanted: Wanted) -> Reply:
    return Reply(202, b"", {"Retry-After": str(RETRY_SECONDS)}, wanted.file.media_type)


async def _link(services: Services, wanted: Wanted, *, is_minimal: bool) -> Reply:
    until = services.reports.now() + LINK_LIFETIME
    headers = {"Location": await services.reports.files.link(wanted.file, until)}
    if is_minimal:
        return Reply(200, b"", headers | {"Preference-Applied": MINIMAL}, wanted.file.media_type)
    return Reply(303, b"", headers, wanted.file.media_type)


async def _ask(services: Services, wanted: Wanted) -> None:
    """Have the queue write the file."""
    await _store(services, wanted, WRITING)
    asked = {"what": wanted.what, "form": wanted.form, "query": dict(wanted.query), "path": dict(wanted.path)}
    await services.queues.send(REPORTS, json.dumps({"kind": "file", "account": wanted.account, **asked}))


async def write_file(services: Services, wanted: Wanted) -> None:
    """Write the file that was asked for. Raises `UnavailableError`, and what the report's view raises."""
    _, parts = WRITERS[wanted.form]
    found = rows(services, wanted.request, wanted.what)
    await services.reports.files.write(wanted.file, parts(COLUMNS.get(wanted.what, ()), found))
    await _store(services, wanted, WRITTEN)


async def _state(services: Services, wanted: Wanted) -> tuple[str, datetime]:
    row = await services.reports.sums.get(wanted.account, f"file|{wanted.id}")
    if row is None:
        return "", services.clock.now()
    return str(row.values["state"]), parse_instant(str(row.values["at"]))


async def _store(services: Services, wanted: Wanted, state: str) -> None:
    values = {"state": state, "at": instant_text(services.clock.now())}
    try:
        await services.reports.sums.transact(wanted.account, [Upsert(f"file|{wanted.id}", values)])
    except OutcomeUnknownError as unknown:
        raise UnavailableError(str(unknown)) from unknown
