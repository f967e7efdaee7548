"""The baseline: consecutive transactions, each of 100 inserts of rows as large as a debit's marker."""

from collections.abc import Sequence
from time import perf_counter
from uuid import uuid4

from azure.data.tables import EdmType, EntityProperty
from azure.data.tables.aio import TableClient

from shared.adapters.storage.azure_tables import AzureTable
from shared.ports import Create
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


async def by_the_sdk(client: TableClient, partition: str, work: Sequence[Sequence[Create]]) -> float:
    """Rows per second through the SDK's own `submit_transaction`."""
    operations = [[("create", _entity(partition, row)) for row in rows] for rows in work]
    began = perf_counter()
    for batch in operations:
        await client.submit_transaction(batch)
    return len(work) * ROWS / (perf_counter() - began)


def _entity(partition: str, row: Create) -> dict[str, object]:
    """The row as an SDK entity; whole numbers are Int64, as in the ledger."""
    values = {
        name: EntityProperty(value, EdmType.INT64) if isinstance(value, int) else value
        for name, value in row.values.items()
    }
    return {"PartitionKey": partition, "RowKey": row.key, **values}


async def by_the_adapter(table: AzureTable, partition: str, work: Sequence[Sequence[Create]]) -> float:
    """Rows per second through the adapter that the ledger uses."""
    began = perf_counter()
    for rows in work:
        await table.transact(partition, rows)
    return len(work) * ROWS / (perf_counter() - began)
