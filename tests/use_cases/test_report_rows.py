"""Reports as CSV and Excel: what is written is what a spreadsheet or a program reads (R20)."""

import csv
import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest

from shared.use_cases.reports import xlsx_rows
from shared.use_cases.reports.cells import Cell, Column, Kind
from shared.use_cases.reports.csv_rows import csv_parts
from shared.use_cases.reports.xlsx_rows import xlsx_parts

COLUMNS = [Column("text", ("text",)), Column("amount", ("amount",), Kind.NUMBER), Column("at", ("at",), Kind.TIME)]
NOON = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)


async def given(rows: Sequence[Sequence[Cell]]) -> AsyncIterator[Sequence[Cell]]:
    for row in rows:
        yield row


async def as_csv(*rows: Sequence[Cell]) -> list[list[str]]:
    content = b"".join([part async for part in csv_parts(COLUMNS, given(rows))])
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def workbook(*rows: Sequence[Cell]) -> Any:
    content = b"".join([part async for part in xlsx_parts(COLUMNS, given(rows))])
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    return openpyxl.load_workbook(io.BytesIO(content))


async def as_xlsx(*rows: Sequence[Cell]) -> list[tuple[Any, ...]]:
    return list((await workbook(*rows)).worksheets[0].iter_rows(values_only=True))


async def test_titles_then_rows():
    rows: list[tuple[Cell, ...]] = [("Łódź ロンドン", "12.345600", NOON), (None, 7, None)]
    assert await as_csv(*rows) == [
        ["text", "amount", "at"],
        ["Łódź ロンドン", "12.345600", "2026-03-01T12:30:15Z"],
        ["", "7", ""],
    ]
    assert await as_xlsx(*rows) == [
        ("text", "amount", "at"),
        ("Łódź ロンドン", 12.3456, NOON.replace(tzinfo=None)),
        (None, 7, None),
    ]


FULL_WIDTH = [f"{sign}1" for sign in "\uff1d\uff0b\uff0d\uff20"]
FORMULAS = ["=1+1", "+1+1", "-1+1", "@x", "\t=1", "\r=1", "\n=1", *FULL_WIDTH, "-", "+", "-1.", "+1 2"]


@pytest.mark.parametrize("text", FORMULAS)
async def test_no_text_is_run_as_a_formula(text):
    assert (await as_csv((text, None, None)))[1][0] == f"'{text}"
    sheet = (await workbook((text, None, None))).worksheets[0]
    assert sheet["A2"].data_type != "f"


@pytest.mark.parametrize("text", ["-12.500000", "+442079460123", "+1425555***", "12", "a=1", "x-1", "0", "-0.000001"])
async def test_amounts_and_numbers_stay_as_they_are_for_machines(text):
    assert (await as_csv((text, text, None)))[1][:2] == [text, text]
    assert (await as_xlsx((text, None, None)))[1][0] == text


@pytest.mark.parametrize(
    "text", ["", " two  blanks ", "a\nb", 'say "x"', "a,b;c", "<b>&amp;</b>", "tab\there", "_x0041_", "x" * 32_767]
)
async def test_any_text_comes_back_as_it_was(text):
    shown = (await as_xlsx((text, None, None)))[1][0]
    assert (shown or "").replace("_x005F_", "_") == text  # as Excel reads it; openpyxl shows the escape
    assert (await as_csv((text, None, None)))[1][0] == text


async def test_characters_that_xml_cannot_hold_are_escaped():
    assert (await as_xlsx(("a\x00b\x1fc\ufffe", None, None)))[1][0] == "a_x0000_b_x001F_c_xFFFE_"
    assert (await as_xlsx(("half a pair: \ud800", None, None)))[1][0] == "half a pair: _xD800_"


async def test_a_text_beyond_the_limit_of_a_cell_is_cut():
    assert (await as_xlsx(("x" * 40_000, None, None)))[1][0] == "x" * 32_767


async def test_rows_beyond_a_sheet_go_on_in_the_next_one(monkeypatch):
    monkeypatch.setattr(xlsx_rows, "SHEET_ROWS_MAX", 4)
    book = await workbook(*((f"row {number}", number, None) for number in range(7)))
    sheets = [[row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book.worksheets]
    assert sheets == [[0, 1, 2], [3, 4, 5], [6]]


async def test_a_file_comes_in_parts_of_a_few_hundred_rows():
    rows = [(f"row {number}", number, NOON) for number in range(3_000)]
    for parts in (csv_parts, xlsx_parts):
        sizes = [len(part) async for part in parts(COLUMNS, given(rows))]
        assert len(sizes) >= 6
        assert max(sizes) < 100_000
    assert (await as_xlsx(*rows))[-1][1] == 2_999


async def test_the_same_rows_are_the_same_file():
    assert [part async for part in xlsx_parts(COLUMNS, given([("a", 1, NOON)]))] == [
        part async for part in xlsx_parts(COLUMNS, given([("a", 1, NOON)]))
    ]
