"""The contract of the port `ReportFiles`, for the fake and on Azurite."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from azure.core.exceptions import ResourceExistsError
from azure.storage.blob.aio import BlobServiceClient

from shared.adapters.clock import SystemClock
from shared.adapters.storage.report_blobs import CONTAINER, ReportBlobs
from shared.adapters.storage.usage_blobs import BLOCKS
from shared.ports import UnavailableError
from shared.ports.report_files import ReportFile
from tests.fakes.report_files import FakeReportFiles
from tests.fakes.world import ACCOUNT

VERSION = "2025-11-05"
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["fake", "azurite"])
async def files(request):
    if request.param == "fake":
        yield FakeReportFiles()
        return
    connection = request.getfixturevalue("azurite")
    service = BlobServiceClient.from_connection_string(connection, api_version=VERSION, **BLOCKS)
    with suppress(ResourceExistsError):
        await service.create_container(CONTAINER)
    made = ReportBlobs(lambda: service, SystemClock())
    yield made
    await made.close()
    await service.close()  # a test may not have used it


def a_file():
    return ReportFile(f"{ACCOUNT}/{uuid4().hex}.csv", "calls.csv", "text/csv")


async def parts(*contents):
    for content in contents:
        yield content


async def read(files, address):
    """What a browser gets at *address*: status, body, headers."""
    if isinstance(files, FakeReportFiles):
        return 200, files.read(address), {}
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(address)
        return answer.status_code, answer.content, answer.headers


async def test_a_link_leads_to_what_was_written_last(files):
    file = a_file()
    await files.write(file, parts(b"an earlier one"))
    content = bytes(range(256)) * 12_000  # several blocks
    await files.write(file, parts(*(content[start : start + 100_000] for start in range(0, len(content), 100_000))))
    status, body, headers = await read(files, await files.link(file, datetime.now(UTC) + MINUTE))  # noqa: TID251
    assert (status, body) == (200, content)
    if headers:
        assert headers["Content-Disposition"] == 'attachment; filename="calls.csv"'
        assert headers["Content-Type"] == "text/csv; charset=utf-8"


async def test_a_file_that_is_not_written_whole_is_not_there(files):
    file = a_file()
    await files.write(file, parts(b"whole"))

    async def broken():
        yield b"half" * 1_000_000
        raise UnavailableError("the table is away")

    with pytest.raises(UnavailableError):
        await files.write(file, broken())
    _, body, _ = await read(files, await files.link(file, datetime.now(UTC) + MINUTE))  # noqa: TID251
    assert body == b"whole"


async def test_a_link_opens_one_file_for_a_while_and_only_for_reading(files):
    if isinstance(files, FakeReportFiles):
        pytest.skip("the fake has no addresses")
    file, other = a_file(), a_file()
    for each in (file, other):
        await files.write(each, parts(b"content"))
    now = datetime.now(UTC)  # noqa: TID251
    address = await files.link(file, now + MINUTE)
    assert (await read(files, address.replace(file.name, other.name)))[0] == 403
    assert (await read(files, address.partition("?")[0]))[0] in {403, 404, 409}
    assert (await read(files, await files.link(file, now - MINUTE)))[0] == 403
    async with httpx.AsyncClient() as browser:
        assert (await browser.delete(address)).status_code == 403
        assert (await browser.put(address, content=b"x", headers={"x-ms-blob-type": "BlockBlob"})).status_code == 403
