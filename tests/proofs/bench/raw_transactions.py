"""The baseline: transactions of 100 inserts of rows as large as a debit's marker, one after the other."""

from collections.abc import Sequence
from time import perf_counter
from uuid import uuid4

from azure.data.tables import EdmType, EntityProperty
from azure.data.tables.aio import TableClient

from shared.adapters.storage.azure_tables import AzureTable
from shared.ports import Create
from shared.posting.decision import Marker, MarkerKind, event
from shared.posting.journal.keys import MARKER
from shared.posting.journal.rows import marker_values

ROWS = 100
"""The most that a transaction takes."""


def transactions(rows: int) -> list[list[Create]]:
    """Markers of made-up calls, in transactions."""
    return [[_marker(number) for number in range(ROWS)] for _ in range(rows // ROWS)]


def _marker(number: int) -> Create:
    name = event("raw", uuid4().hex, content=uuid4().hex)
    return Create(MARKER + name.key, marker_values(Marker(name, MarkerKind.BOOKED, 123, number, {})))


async def by_the_sdk(client: TableClient, partition: str, work: Sequence[Sequence[Create]]) -> float:
    """Rows a second through the SDK's own `submit_transaction`."""
    operations = [[("create", _entity(partition, row)) for row in rows] for rows in work]
    began = perf_counter()
    for batch in operations:
        await client.submit_transaction(batch)
    return len(work) * ROWS / (perf_counter() - began)


def _entity(partition: str, row: Create) -> dict[str, object]:
    """The row in the SDK's words; whole numbers are Int64, as in the ledger."""
    values = {
        name: EntityProperty(value, EdmType.INT64) if isinstance(value, int) else value
        for name, value in row.values.items()
    }
    return {"PartitionKey": partition, "RowKey": row.key, **values}


async def by_the_adapter(table: AzureTable, partition: str, work: Sequence[Sequence[Create]]) -> float:
    """Rows a second through the adapter that the ledger uses."""
    began = perf_counter()
    for rows in work:
        await table.transact(partition, rows)
    return len(work) * ROWS / (perf_counter() - began)
