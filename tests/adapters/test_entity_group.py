"""What is sent to `$batch` means what the SDK would have sent; what comes back is read as the service documents it."""

import json
from email import message_from_bytes

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import ServiceRequestError
from azure.core.pipeline.transport import AioHttpTransport
from azure.data.tables import EdmType, EntityProperty, UpdateMode
from azure.data.tables.aio import TableServiceClient

from shared.adapters.azure_tables import AzureTable
from shared.adapters.entity_group import Failure, body_of, etags_of
from shared.ports import Create, Delete, Replace, Upsert

CONNECTION = "DefaultEndpointsProtocol=http;AccountName=x;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:9/x;"
PARTITION = "5f0c'1f9e é"
ETAG = "W/\"datetime'2026-11-22T10%3A15%3A02.8394752Z'\""


class Recorder(AioHttpTransport):
    """Keeps what would be sent, and sends nothing."""

    def __init__(self):
        super().__init__()
        self.requests = []

    async def send(self, request, **_options):
        self.requests.append(request)
        raise ServiceRequestError("recorded")


@pytest.fixture
async def recorder():
    return Recorder()


@pytest.fixture
async def client(recorder):
    async with TableServiceClient.from_connection_string(CONNECTION, transport=recorder, retry_total=0) as service:
        yield service.get_table_client("Ledger")


def as_sdk_operation(write):
    entity = {"PartitionKey": PARTITION, "RowKey": write.key}
    for name, value in getattr(write, "values", {}).items():
        entity[name] = EntityProperty(value, EdmType.INT64) if type(value) is int else value
    match write:
        case Create():
            return "create", entity
        case Upsert():
            return "upsert", entity, {"mode": UpdateMode.REPLACE}
        case Replace(etag=etag):
            guard = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
            return "update", entity, {"mode": UpdateMode.REPLACE, **guard}
        case Delete(etag=etag):
            return "delete", entity, {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def parts(content_type, content):
    """Each row's request line, guard and properties, read by the standard library's parser."""
    outer = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + content)
    [changes] = outer.get_payload()
    for part in changes.get_payload():
        assert (part.get_content_type(), part["Content-Transfer-Encoding"]) == ("application/http", "binary")
        line, _, rest = part.get_payload().partition("\r\n")
        request = message_from_bytes(rest.encode())
        text = request.get_payload().strip()
        assert int(request.get("Content-Length", 0)) == len(text)
        row = json.loads(text) if text else {}
        # A text's type is told by the SDK and known anyway.
        told = {name: value for name, value in row.items() if value != "Edm.String"}
        yield line, request["If-Match"], request["DataServiceVersion"], told


WRITES = [
    Replace("a:head", {"remaining": 2**62, "negative": -1, "at": "2026-11-22T10:15:02Z", "zeroTold": False}, ETAG),
    Create("j:000000000001", {"p0": '{"q":"\\"é\u2028\U0001f4de"}' * 500, "parts": 1}),
    Create("m:'quoted' 100% + ü", {"kind": "booked", "result": "{}"}),
    Upsert("with nothing in it", {}),
    Delete("a:lot:'1'", ETAG),
]


@pytest.mark.parametrize("writes", [WRITES, *([write] for write in WRITES)])
async def test_the_request_means_what_the_sdk_would_have_sent(client, recorder, writes):
    with pytest.raises(ServiceRequestError):
        await client.submit_transaction([as_sdk_operation(write) for write in writes])
    with pytest.raises(Exception, match="recorded"):
        await AzureTable(client).transact(PARTITION, writes)
    sdks, ours = recorder.requests
    assert (ours.method, ours.url) == (sdks.method, sdks.url)
    assert ours.headers["x-ms-version"] == sdks.headers["x-ms-version"]
    assert ours.headers["Authorization"].startswith("SharedKey x:")
    assert list(parts(ours.headers["Content-Type"], ours.content)) == list(
        parts(sdks.headers["Content-Type"], sdks.content)
    )


def test_an_inserted_row_is_not_sent_back():
    assert b"Prefer: return-no-content\r\n" in body_of("http://x/Ledger", PARTITION, [Create("a", {})]).content


DOCUMENTED = b"""--changesetresponse_8a28b620\r
Content-Type: application/http\r
Content-Transfer-Encoding: binary\r
\r
HTTP/1.1 204 No Content\r
X-Content-Type-Options: nosniff\r
Cache-Control: no-cache\r
Preference-Applied: return-no-content\r
DataServiceVersion: 3.0;\r
Location: https://myaccount.table.core.windows.net/Blogs(PartitionKey='Channel_17',RowKey='1')\r
DataServiceId: https://myaccount.table.core.windows.net/Blogs (PartitionKey='Channel_17',RowKey='1')\r
ETag: W/"0x5B168C7B6E589D2"\r
\r
\r
--changesetresponse_8a28b620\r
Content-Type: application/http\r
Content-Transfer-Encoding: binary\r
\r
HTTP/1.1 204 No Content\r
DataServiceVersion: 1.0;\r
\r
\r
--changesetresponse_8a28b620--\r
"""


def test_an_answer_is_read_as_the_service_documents_it():
    assert etags_of(DOCUMENTED) == ['W/"0x5B168C7B6E589D2"', ""]


def test_an_error_names_its_code_and_the_write_at_fault():
    answer = DOCUMENTED + (
        b"HTTP/1.1 409 Conflict\r\nContent-ID: 4\r\nContent-Type: application/json\r\n\r\n"
        b'{"odata.error":{"code":"EntityAlreadyExists","message":{"lang":"en-US",'
        b'"value":"17:The specified entity already exists.\\nRequestId:1\\nTime:2026"}}}\r\n'
    )
    words = "17:The specified entity already exists."
    assert etags_of(answer) == Failure(409, "EntityAlreadyExists", 17, words)
