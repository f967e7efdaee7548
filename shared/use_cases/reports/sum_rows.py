"""Rows of sums. They follow the journal, and each says up to which page it does: adding the same pages again, or fewer,
changes nothing, whoever does it and however often.

Nothing for money reads them. Without them they are made again from the pages.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.kernel.ids import digest
from shared.ports import (
    Create,
    OutcomeUnknownError,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    Table,
    UnavailableError,
    Value,
    Write,
)

FORM = "1"
"""The form of the sums. A release that counts otherwise takes another one, and so begins with empty rows."""

ROWS_AT_ONCE = 100
TRIES_MAX = 50
READS_AT_ONCE = 50

Figures = Mapping[str, Sequence[int]]
"""Figures by name: of a day of the month, or of a column of a statement."""


@dataclass(slots=True)
class Addition:
    """What pages add to one row: each part with the page that it comes from. *key* is what the row is about."""

    key: str
    parts: list[tuple[int, str, Sequence[int]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SumRow:
    """A stored row: what it is about, up to which page it counts, its figures."""

    key: str
    sequence: int
    figures: Figures


def usage_partition(account: str, month: str) -> str:
    """Where the usage of a month is summed."""
    return f"{account}|usage.{FORM}|{month}"


def statement_partition(account: str, month: str) -> str:
    """Where the columns of a month's statement are summed."""
    return f"{account}|statement.{FORM}|{month}"


def usage_key(dimension: str, key: str) -> str:
    """The row of one key of a dimension. The key itself is in the row."""
    return f"{dimension}|{digest(key)[:32]}"


def row_of(row: Row) -> SumRow:
    """The sums in a row."""
    values = row.values
    return SumRow(str(values["key"]), int(values["sequence"]), json.loads(str(values["figures"])))


async def add(table: Table, partition: str, additions: Mapping[str, Addition], last: int) -> None:
    """Add to the rows of a partition what pages up to *last* say. Raises `UnavailableError`."""
    names = list(additions)
    for start in range(0, len(names), ROWS_AT_ONCE):
        chunk = {name: additions[name] for name in names[start : start + ROWS_AT_ONCE]}
        for _ in range(TRIES_MAX):
            if await _is_written(table, partition, chunk, last):
                break
        else:
            raise UnavailableError("other processes change these sums at the same time")


async def _is_written(table: Table, partition: str, additions: Mapping[str, Addition], last: int) -> bool:
    found: dict[str, Row | None] = {}
    names = list(additions)
    for start in range(0, len(names), READS_AT_ONCE):
        some = names[start : start + READS_AT_ONCE]
        found |= zip(some, await asyncio.gather(*(table.get(partition, name) for name in some)), strict=True)
    writes = [write for name, each in additions.items() if (write := _write(name, found[name], each, last))]
    try:
        if writes:
            await table.transact(partition, writes)
    except (RowExistsError, RowChangedError):
        return False
    except OutcomeUnknownError as unknown:
        raise UnavailableError(str(unknown)) from unknown
    return True


def _write(name: str, row: Row | None, addition: Addition, last: int) -> Write | None:
    before = row_of(row) if row else SumRow(addition.key, 0, {})
    new = [(place, part) for sequence, place, part in addition.parts if sequence > before.sequence]
    if not new:
        return None
    figures = {place: list(part) for place, part in before.figures.items()}
    for place, part in new:
        known = figures.get(place)
        figures[place] = [a + b for a, b in zip(known, part, strict=True)] if known else list(part)
    text = json.dumps(figures, separators=(",", ":"))
    values: dict[str, Value] = {"key": addition.key, "sequence": last, "figures": text}
    return Replace(name, values, row.etag) if row else Create(name, values)
