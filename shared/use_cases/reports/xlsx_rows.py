"""Rows as an Excel workbook (ECMA-376, SpreadsheetML), written row by row in little memory, however many there are.

Texts are inline strings, which are never formulas. A sheet holds 1,048,576 rows; more go on in further sheets.
"""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from io import RawIOBase
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from shared.use_cases.reports.cells import Cell, Column, Kind

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

SHEET_ROWS_MAX = 1_048_576
CELL_CHARACTERS_MAX = 32_767
"""Excel's limits."""

ROWS_AT_ONCE = 500

DAY_SECONDS = 86_400
EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
"""Excel counts days from here."""

PLAIN, TIME, TITLE = 0, 1, 2
"""The cell formats of `STYLES`, by number."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_STAMP = (1980, 1, 1, 0, 0, 0)
"""The time of every part: the same rows are the same file."""

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/>'
    '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/>'
    '<diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class _Sink(RawIOBase):
    """Collects what the zip writes until it is taken. It cannot seek, so the zip never goes back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: "ReadableBuffer") -> int:
        """Keep *part* until it is taken."""
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def take(self) -> bytes:
        """Everything that was written since the last time."""
        parts, self._parts = b"".join(self._parts), []
        return parts


async def xlsx_parts(columns: Sequence[Column], rows: AsyncIterator[Sequence[Cell]]) -> AsyncIterator[bytes]:
    """The file in parts: a sheet with titles, then *rows*."""
    sink = _Sink()
    sheets, has_more, ahead = 0, True, await anext(rows, None)
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        while has_more:
            sheets += 1
            with archive.open(_part(f"xl/worksheets/sheet{sheets}.xml"), "w", force_zip64=True) as sheet:
                sheet.write(_sheet_start(columns).encode())
                count, texts = 1, list[str]()
                while ahead is not None and count < SHEET_ROWS_MAX:
                    texts.append(_row(columns, ahead))
                    count += 1
                    ahead = await anext(rows, None)
                    if len(texts) == ROWS_AT_ONCE:
                        sheet.write("".join(texts).encode())
                        texts.clear()
                        yield sink.take()
                sheet.write(f"{''.join(texts)}</sheetData></worksheet>".encode())
            has_more = ahead is not None
        for name, text in _frame(sheets):
            archive.writestr(_part(name), text)
    yield sink.take()


def _part(name: str) -> ZipInfo:
    info = ZipInfo(name, _STAMP)
    info.compress_type = ZIP_DEFLATED
    return info


def _sheet_start(columns: Sequence[Column]) -> str:
    titles = "".join(_inline(column.title, TITLE) for column in columns)
    view = '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    widths = '<cols><col min="1" max="40" width="18" customWidth="1"/></cols>'
    start = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews>{view}</sheetView></sheetViews>{widths}<sheetData>'
    return f"{start}<row>{titles}</row>"


def _row(columns: Sequence[Column], cells: Sequence[Cell]) -> str:
    return f"<row>{''.join(_cell(column.kind, cell) for column, cell in zip(columns, cells, strict=True))}</row>"


def _cell(kind: Kind, cell: Cell) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, datetime):
        return f'<c s="{TIME}"><v>{(cell - EPOCH).total_seconds() / DAY_SECONDS:.9f}</v></c>'
    if kind is Kind.NUMBER and _NUMBER.fullmatch(str(cell)):
        return f"<c><v>{cell}</v></c>"
    return _inline(str(cell), PLAIN)


def _inline(text: str, style: int) -> str:
    shown = _FORBIDDEN.sub(_escaped, text[:CELL_CHARACTERS_MAX])
    marked = f' s="{style}"' if style else ""
    return f'<c{marked} t="inlineStr"><is><t xml:space="preserve">{escape(shown)}</t></is></c>'


def _escaped(match: re.Match[str]) -> str:
    """`_x0041_` for a character that XML cannot hold, and for an underscore that would be read as one of these."""
    return f"_x{ord(match[0]):04X}_"


def _frame(sheets: int) -> Iterator[tuple[str, str]]:
    """The parts that make sheets a workbook."""
    numbers = range(1, sheets + 1)
    override = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>' for n in numbers
    )
    types = (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{override}</Types>'
    )
    yield "[Content_Types].xml", types
    yield "_rels/.rels", _links([("workbook", "officeDocument", "xl/workbook.xml")])
    named = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="sheet{n}"/>' for n in numbers)
    yield "xl/workbook.xml", f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{named}</sheets></workbook>'
    targets = [(f"sheet{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _links([*targets, ("styles", "styles", "styles.xml")])
    yield "xl/styles.xml", STYLES


def _links(links: Sequence[tuple[str, str, str]]) -> str:
    parts = "".join(f'<Relationship Id="{name}" Type="{LINKS}/{kind}" Target="{to}"/>' for name, kind, to in links)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{parts}</Relationships>'
