"""Tables for contract tests: the fake, Azurite, and a table spread over two accounts."""

import os
from uuid import uuid4

import pytest

from local.machine.azurite import second_account
from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.adapters.storage.lean_table import LeanTable
from shared.adapters.storage.spread_tables import HOME, SpreadTable
from shared.ports import Create
from tests.fakes.table import FakeTable

P = "5f0c1f9e-0000-4000-8000-000000000001"


CLIENTS = {"sdk": AzureTable, "lean": LeanTable}
"""The two clients of a table, by the setting `Tables__client`."""

REAL_STORAGE = "CREDITS_REAL_STORAGE"
"""The environment variable with the connection string of a storage account on Azure: tables come and go in it."""


@pytest.fixture(params=list(CLIENTS))
def client(request):
    """One of the two clients."""
    return CLIENTS[request.param]


STORES = ("fake", "azurite lean", "azure lean")
"""The tables for the contract of what is built on them. The contract of tables itself holds every kind and both clients
to the same.
"""


@pytest.fixture(params=["fake", "azurite sdk", "azurite lean", "azure sdk", "azure lean", "two accounts"])
async def table(request):
    """An empty table."""
    if request.param == "fake":
        yield FakeTable()
    elif request.param == "two accounts":
        connection, name = request.getfixturevalue("azurite"), f"t{uuid4().hex}"
        async with table_service(connection) as service, table_service(second_account(connection)) as other:
            tables = {HOME: service, "two": other}
            made = {place: LeanTable(await each.create_table(name)) for place, each in tables.items()}
            yield SpreadTable(_place_of, made)
    else:
        where, client = request.param.split()
        connection = request.getfixturevalue("azurite") if where == "azurite" else os.environ.get(REAL_STORAGE)
        if connection is None:
            pytest.skip(f"{REAL_STORAGE} names no storage account on Azure")
        async with table_service(connection) as service:
            created = await service.create_table(f"t{uuid4().hex}")
            yield CLIENTS[client](created)
            await created.delete_table()


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
