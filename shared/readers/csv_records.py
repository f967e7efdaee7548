"""CSV files -> records by title, read in bounded memory: a line has at most `LINE_CHARACTERS_MAX` (RFC 4180)."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO

from shared.readers.encoding import encoding_of
from shared.readers.row import Broken, UnreadableFileError

LINE_CHARACTERS_MAX = 64 * 1024
"""A CUCM record, the longest, has some two thousand."""

SEPARATORS = ",;\t|"
_SEPARATOR_LINE = "sep="
_KEPT = 1_000

BROKEN_MAX = 100
"""Broken rows at the beginning of a file without titles that are taken for damage."""


class LineTooLongError(Exception):
    """A line is longer than a record can be."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a file: the number of the line on which it ends, and its cells, or what is wrong with it."""

    line: int
    cells: Sequence[str] | Broken


class _Lines:
    """The lines of a text file. One that is too long is skipped and raises; the next one can then be read."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self.number = text, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(LINE_CHARACTERS_MAX + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) <= LINE_CHARACTERS_MAX:
            return line
        while line and not line.endswith("\n"):
            line = self._text.readline(LINE_CHARACTERS_MAX)
        raise LineTooLongError


def rows_of(file: BinaryIO, encoding: str | None) -> Iterator[Cells]:
    """The rows that are not empty, the titles among them. UnreadableFileError where the encoding is not the file's."""
    used = encoding_of(file, encoding)
    is_utf_8 = used in {"utf-8", "utf-8-sig"}
    text = io.TextIOWrapper(file, used, errors="surrogateescape" if is_utf_8 else "strict", newline="")
    try:
        separator = _separator_of(text)
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=separator)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except LineTooLongError:
                detail = f"longer than {LINE_CHARACTERS_MAX} characters"
                yield Cells(lines.number, Broken(detail))
                continue
            except csv.Error as error:
                yield Cells(lines.number, Broken(f"not CSV: {error}"))
                continue
            is_separator_line = lines.number == 1 and cells[:1] and cells[0].lower().startswith(_SEPARATOR_LINE)
            if any(cell.strip() for cell in cells) and not is_separator_line:
                yield Cells(lines.number, _checked(cells) if is_utf_8 else cells)
    except UnicodeError as error:
        raise UnreadableFileError(f"the file is not {used}; a profile can name its encoding") from error
    finally:
        if not text.closed:  # the garbage collector may close it before this generator
            text.detach()


def _checked(cells: list[str]) -> list[str] | Broken:
    """The cells, unless one has bytes that are not UTF-8."""
    if any(not cell.isascii() and any("\udc80" <= each <= "\udcff" for each in cell) for cell in cells):
        beginning = ",".join(cells)[:_KEPT].encode("utf-8", "replace").decode()
        return Broken("not UTF-8; a profile can name the file's encoding", beginning)
    return cells


def _separator_of(text: io.TextIOWrapper) -> str:
    """The separator that the first line has most of; *text* is rewound."""
    first = text.readline(LINE_CHARACTERS_MAX)
    text.seek(0)
    if first.lower().startswith(_SEPARATOR_LINE) and first[4:5] in SEPARATORS:
        return first[4:5]
    return max(SEPARATORS, key=first.count)


def titled(rows: Iterator[Cells], needed: "Columns", own: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    """Place and record by title. UnreadableFileError when a title that is needed is missing."""
    head = next(rows, None)
    if head is None:
        return
    if isinstance(head.cells, Broken):
        raise UnreadableFileError(f"line {head.line}: {head.cells.detail}")
    titles = [title.strip() for title in head.cells]
    missing = needed.missing(titles, own)
    if missing:
        raise UnreadableFileError("these titles are missing: " + ", ".join(missing))
    for row in rows:
        place = f"line {row.line}"
        if isinstance(row.cells, Broken):
            yield place, row.cells
        elif len(row.cells) > len(titles) and any(cell.strip() for cell in row.cells[len(titles) :]):
            yield place, Broken("more cells than titles", ",".join(row.cells)[:_KEPT])
        else:
            yield place, dict(zip(titles, row.cells, strict=False))


def of_one_form(records: Iterator[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """The records of a file without titles. UnreadableFileError when it begins with `BROKEN_MAX` broken ones, or has no
    others: it is a file of something else.
    """
    broken: list[tuple[str, Broken]] = []
    for place, record in records:
        if not isinstance(record, Broken):
            yield from broken
            yield place, record
            yield from records
            return
        broken.append((place, record))
        if len(broken) == BROKEN_MAX:
            break
    if broken:
        place, flaw = broken[0]
        detail = f"{place}: {flaw.detail}"
        raise UnreadableFileError(detail)


@dataclass(frozen=True)
class Columns:
    """The columns of a format: *names* has the titles of each field in every edition, *needed* the required fields."""

    names: tuple[tuple[str, tuple[str, ...]], ...]
    needed: tuple[str, ...]

    def fields(self, record: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
        """The record by field. *own* are the profile's columns: a title for a field, or a field for a title."""
        known = self._known(tuple(own.items()))
        return {known[name]: value for title, value in record.items() if (name := plain(title)) in known}

    def missing(self, titles: Sequence[str], own: Mapping[str, str]) -> list[str]:
        """The needed fields that no title names, by their usual titles."""
        found = self.fields(dict.fromkeys(titles, ""), own)
        return [titles_of[0] for field, titles_of in self.names if field in self.needed and field not in found]

    def _known(self, own: tuple[tuple[str, str], ...]) -> dict[str, str]:
        return _known(self.names, own)


@lru_cache(maxsize=1_000)
def _known(names: tuple[tuple[str, tuple[str, ...]], ...], own: tuple[tuple[str, str], ...]) -> dict[str, str]:
    fields = {field for field, _ in names}
    known = {plain(title): field for field, titles in names for title in titles}
    for left, right in own:
        known |= {plain(right): left} if left in fields else {plain(left): right}
    return known


@lru_cache(maxsize=1_000)
def plain(title: str) -> str:
    """A title without what differs between editions: case, spaces and punctuation."""
    return "".join(each for each in title.casefold() if each.isalnum())
