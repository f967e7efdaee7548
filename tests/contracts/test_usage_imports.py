"""The contracts of the ports `UsageFiles` and `UsageImports`, for the fakes and on Azurite."""

import io
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pytest
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob.aio import BlobServiceClient

from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.adapters.storage.usage_blobs import BLOCKS, CONTAINER, UsageBlobs
from shared.adapters.storage.usage_import_tables import UsageImportTables
from shared.ports import Counts, Receipt, ReceiptState, UnavailableError
from tests.fakes.table import FakeTable
from tests.fakes.usage_files import FakeUsageFiles
from tests.fakes.world import ACCOUNT, START

VERSION = "2025-11-05"


@pytest.fixture(params=["fake", "azurite"])
async def files(request):
    if request.param == "fake":
        yield FakeUsageFiles()
        return
    service = BlobServiceClient.from_connection_string(
        request.getfixturevalue("azurite"), api_version=VERSION, **BLOCKS
    )
    with suppress(ResourceExistsError):
        await service.create_container(CONTAINER)
    made = UsageBlobs(lambda: service)
    yield made
    await made.close()
    await service.close()  # a test may not have used it


async def test_a_file_is_what_was_put_last(files):
    name = f"2026/{uuid4()} é.csv"
    content = bytes(range(256)) * 10_000
    for put in (b"earlier", content):
        await files.put(name, put)
    into = io.BytesIO()
    assert await files.fetch(name, into)
    assert into.getvalue() == content


@pytest.mark.parametrize("name", ["missing", "x" * 1_024, "a/../b", "?", "."])
async def test_a_file_that_is_not_there_is_not_found(files, name):
    into = io.BytesIO()
    assert not await files.fetch(name, into)
    assert into.getvalue() == b""


async def test_without_storage_files_are_unavailable():
    nowhere = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a"
    made = UsageBlobs(lambda: BlobServiceClient.from_connection_string(nowhere, api_version=VERSION, retry_total=0))
    with pytest.raises(UnavailableError):
        await made.put("x", b"x")
    with pytest.raises(UnavailableError):
        await made.fetch("x", io.BytesIO())
    await made.close()


@pytest.fixture(params=["fake", "azurite"])
async def imports(request):
    if request.param == "fake":
        yield UsageImportTables(FakeTable())
        return
    async with table_service(request.getfixturevalue("azurite")) as service:
        table = await service.create_table(f"UsageImports{uuid4().hex}")
        async with table:
            yield UsageImportTables(AzureTable(table))


async def test_a_profile_is_stored_by_name(imports):
    assert await imports.profile("office") is None
    assert await imports.put_profile("office", '{"format": "csv"}')
    assert not await imports.put_profile("office", "{}")
    assert await imports.profile("office") == "{}"
    assert await imports.profile("Office") is None


async def test_a_receipt_is_changed_only_as_it_was_read(imports):
    receipt = Receipt("r-1", "b", "csv", START, account=ACCOUNT)
    stored = await imports.add(receipt)
    assert stored == receipt == await imports.add(replace(receipt, blob="other"))
    counts = Counts(read=3, booked=1, ignored=1, suspended=1, free=1, reasons={"voip": 1, "no_rate": 1})
    changed = await imports.change(replace(stored, state=ReceiptState.RUNNING, counts=counts))
    assert changed == await imports.receipt("r-1") == replace(receipt, state=ReceiptState.RUNNING, counts=counts)
    assert await imports.change(replace(stored, state=ReceiptState.DONE)) is None
    assert await imports.change(replace(changed, state=ReceiptState.DONE)) is not None
    assert await imports.receipt("r-2") is None
