"""Tables for contract tests: the fake, Azurite, and a table spread over two accounts."""

from uuid import uuid4

import pytest

from local.machine.azurite import second_account
from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.adapters.storage.spread_tables import HOME, SpreadTable
from shared.ports import Create
from tests.fakes.table import FakeTable

P = "5f0c1f9e-0000-4000-8000-000000000001"


@pytest.fixture(params=["fake", "azurite", "two accounts"])
async def table(request):
    """An empty table."""
    if request.param == "fake":
        yield FakeTable()
        return
    connection, name = request.getfixturevalue("azurite"), f"t{uuid4().hex}"
    async with table_service(connection) as service, table_service(second_account(connection)) as other:
        one = AzureTable(await service.create_table(name))
        if request.param == "azurite":
            yield one
        else:
            yield SpreadTable(_place_of, {HOME: one, "two": AzureTable(await other.create_table(name))})


async def _place_of(partition):
    """Put the partition P on the second account, and all others on the home account."""
    return "two" if partition == P else None


async def rows(table, first="", end="~", limit=None, *, partition=P):
    """The values of rows by key."""
    found = await table.range(partition, first, end, limit)
    return {row.key: dict(row.values) for row in found.rows}


async def put(table, *keys, **values):
    """Create the rows *keys* and return their ETags."""
    return await table.transact(P, [Create(key, values or {"n": 1}) for key in keys])
