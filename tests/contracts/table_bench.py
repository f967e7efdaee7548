"""Tables to hold against their promises, and what is in them."""

from uuid import uuid4

import pytest

from shared.adapters.azure_tables import AzureTable, table_service
from shared.ports import Create
from tests.fakes.table import FakeTable

P = "5f0c1f9e-0000-4000-8000-000000000001"


@pytest.fixture(params=["fake", "azurite"])
async def table(request):
    """An empty table."""
    if request.param == "fake":
        yield FakeTable()
        return
    async with table_service(request.getfixturevalue("azurite")) as service:
        yield AzureTable(await service.create_table(f"t{uuid4().hex}"))


async def rows(table, first="", end="~", limit=None, *, partition=P):
    """What is in the table: values by key."""
    found = await table.range(partition, first, end, limit)
    return {row.key: dict(row.values) for row in found.rows}


async def put(table, *keys, **values):
    """Create the rows *keys* and return their ETags."""
    return await table.transact(P, [Create(key, values or {"n": 1}) for key in keys])
