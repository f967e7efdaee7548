"""Rate cards as CSV (CONTRACT 2, `rate-cards`), in the published or the full form. A file is read whole or refused."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from shared.rating.card_fields import Line, Problem, rate_of
from shared.rating.rate_card import Direction, Rate, RateCard

PUBLISHED_FORM = ("Destination Name", "Destination Type", "Country", "Prefix", "Price / min")
"""The header of Azure Communication Services' published prices. It implies fee 0, minimum 60 s, increment 60 s."""

FULL_FORM = (
    "prefix",
    "name",
    "type",
    "country",
    "perMinute",
    "connectionFee",
    "minimumSeconds",
    "incrementSeconds",
)

DIRECTION = "direction"
"""The optional column of the full form: `out` or `in`; empty, or without the column, `out`."""

PROBLEMS_MAX = 100
"""The most problems in one answer. A file with more is probably not a rate card."""

RATES_MAX = 100_000
"""Twice the size of the largest published card. It takes a few megabytes in storage and in memory."""

_PUBLISHED_NAMES = {
    "Destination Name": "name",
    "Destination Type": "type",
    "Country": "country",
    "Prefix": "prefix",
    "Price / min": "perMinute",
}
_DEFAULTS = {"connectionFee": "0", "minimumSeconds": "60", "incrementSeconds": "60", DIRECTION: ""}


@dataclass(frozen=True, slots=True)
class CardRates:
    """The rates in a file by prefix: *rates* of direction out, *inbound* of direction in."""

    rates: dict[str, Rate] = field(default_factory=dict)
    inbound: dict[str, Rate] = field(default_factory=dict)

    def as_card(self, name: str, currency: str, valid_from: datetime) -> RateCard:
        """These rates as a version of the card *name*."""
        return RateCard(name, currency, valid_from, self.rates, self.inbound)


@dataclass(frozen=True, slots=True)
class CardProblems:
    """Why a file is not a rate card: one to `PROBLEMS_MAX` problems, by line."""

    problems: tuple[Problem, ...]


def read_rates(body: bytes) -> CardRates | CardProblems:
    """The rates in *body*, or its problems. A prefix may occur once for each direction.

    *body* is UTF-8, with or without byte order mark, with lines that end in LF or CRLF. The line of a problem is where
    its record begins, counted from 1.
    """
    read = CardRates()
    lines: dict[tuple[Direction, str], int] = {}
    problems: list[Problem] = []
    for line, found in _read(body):
        if isinstance(found, Problem):
            problems.append(found)
        elif (first := lines.setdefault((found.direction, found.rate.prefix), line)) != line:
            problems.append(Problem(line, "prefix", f"{found.rate.prefix} is already in line {first}"))
        else:
            rates = read.rates if found.direction is Direction.OUT else read.inbound
            rates[found.rate.prefix] = found.rate
        if len(problems) >= PROBLEMS_MAX:
            break
    if not problems and not lines:
        problems.append(Problem(1, "", "the file holds no rates"))
    return CardProblems(tuple(problems)) if problems else read


def _read(body: bytes) -> Iterator[tuple[int, Line | Problem]]:
    """The rate or the problems of each record after the header, with its line."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        yield line, Problem(line, "", "the file is not UTF-8")
        return
    records = _records(text)
    header = next(records, None)
    if header is None:
        yield 1, Problem(1, "", "the file is empty")
    elif isinstance(header[1], Problem):
        yield header[0], header[1]
    elif (columns := _columns(header[1])) is None:
        yield (
            header[0],
            Problem(
                header[0], "", f"the header is neither {_header_line(PUBLISHED_FORM)} nor {_header_line(FULL_FORM)}"
            ),
        )
    else:
        yield from _rates(columns, records)


def _rates(
    columns: tuple[str, ...], records: Iterator[tuple[int, list[str] | Problem]]
) -> Iterator[tuple[int, Line | Problem]]:
    for number, (line, record) in enumerate(records, start=1):
        if isinstance(record, Problem):
            yield line, record
            continue
        if number > RATES_MAX:
            yield line, Problem(line, "", f"a card holds at most {RATES_MAX} rates")
            return
        if len(record) != len(columns):
            yield line, Problem(line, "", f"{len(record)} fields, where the header has {len(columns)}")
            continue
        fields = {**_DEFAULTS, **dict(zip(columns, (field.strip() for field in record), strict=True))}
        yield from ((line, found) for found in rate_of(line, fields))


def _records(text: str) -> Iterator[tuple[int, list[str] | Problem]]:
    """Each record that is not blank, with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            if any(field.strip() for field in record):
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        # After an unclosed quote, the rest of the file cannot be divided into records.
        yield line, Problem(line, "", f"not readable as CSV from here on: {error}")


def _columns(header: list[str]) -> tuple[str, ...] | None:
    """The columns in the file's order, by their names in the full form; None when *header* is that of neither form."""
    titles = tuple(title.strip() for title in header)
    if sorted(titles) == sorted(PUBLISHED_FORM):
        return tuple(_PUBLISHED_NAMES[title] for title in titles)
    required = [title for title in titles if title != DIRECTION]
    is_full = sorted(required) == sorted(FULL_FORM) and len(set(titles)) == len(titles)
    return titles if is_full else None


def _header_line(form: tuple[str, ...]) -> str:
    return f"“{','.join(form)}”"
