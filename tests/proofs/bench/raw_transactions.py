"""The baseline: transactions of 100 inserts of rows as large as a debit's marker."""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from uuid import uuid4

from shared.ports import Create, Table
from shared.posting.decision import Marker, MarkerKind, event
from shared.posting.journal.keys import MARKER
from shared.posting.journal.marker_rows import marker_values

ROWS = 100
"""The maximum rows of a transaction."""


def transactions(rows: int) -> list[list[Create]]:
    """Generated marker rows, grouped into transactions."""
    return [[_marker(number) for number in range(ROWS)] for _ in range(rows // ROWS)]


def _marker(number: int) -> Create:
    name = event("raw", uuid4().hex, content=uuid4().hex)
    return Create(MARKER + name.key, marker_values(Marker(name, MarkerKind.BOOKED, 123, number, {})))


async def rows_a_second(table: Table, work: Sequence[Sequence[Create]], in_flight: int) -> float:
    """Rows per second with *in_flight* transactions at a time, each of these into a partition of its own."""
    waiting = iter(work)

    async def writer(partition: str) -> None:
        for rows in waiting:
            await table.transact(partition, rows)

    began = perf_counter()
    await asyncio.gather(*(writer(f"{number}") for number in range(in_flight)))
    return len(work) * ROWS / (perf_counter() - began)
