"""Rows as CSV (RFC 4180) that a spreadsheet opens without running anything in it.

A spreadsheet runs a text that begins like a formula, quoted or not, so such a text gets an apostrophe (OWASP, CSV
injection). Amounts and telephone numbers are no formulas and stay as they are, for machines.
"""

import csv
import io
import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from shared.kernel.times import instant_text
from shared.use_cases.reports.cells import Cell, Column

MEDIA_TYPE = "text/csv"

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the machine's own encoding."""

ROWS_AT_ONCE = 500

_FORMULA = re.compile(r"[=+\-@\t\r\n\x00＝＋－＠]")  # noqa: RUF001 - the full-width forms count, too
_HARMLESS = re.compile(r"-?[0-9]+(\.[0-9]+)?|\+[0-9]+\**")


async def csv_parts(columns: Sequence[Column], rows: AsyncIterator[Sequence[Cell]]) -> AsyncIterator[bytes]:
    """The file in parts: titles, then *rows*."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write(BOM)
    writer.writerow([column.title for column in columns])
    waiting = 0
    async for row in rows:
        writer.writerow([safe(cell) for cell in row])
        waiting += 1
        if waiting == ROWS_AT_ONCE:
            yield text.getvalue().encode("utf-8", "replace")
            text.seek(0)
            text.truncate()
            waiting = 0
    yield text.getvalue().encode("utf-8", "replace")


def safe(cell: Cell) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would run."""
    if cell is None:
        return ""
    text = instant_text(cell) if isinstance(cell, datetime) else str(cell)
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text
