"""Both table clients in a faulty network: one request per call, and an unknown outcome in case of doubt."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import AioHttpTransport

from shared.adapters.storage.azure_tables import table_service
from shared.ports import (
    Create,
    OutcomeUnknownError,
    RowChangedError,
    RowExistsError,
    UnavailableError,
    WriteRefusedError,
)

P = "partition"


class Wire:
    """A proxy between SDK and Azurite that counts requests and applies a fault to the next one."""

    def __init__(self, monkeypatch):
        self.fault: str | int | None = None
        self.sent: list[str] = []
        real = AioHttpTransport.send

        async def send(transport, request, **options):
            self.sent.append(request.method)
            fault, self.fault = self.fault, None
            if fault == "lost before":
                raise ServiceRequestError("no connection")
            answer = await real(transport, request, **options)
            if fault == "lost after":
                raise ServiceResponseError("the answer is lost")
            if isinstance(fault, int):
                answer.status_code = fault
            return answer

        monkeypatch.setattr(AioHttpTransport, "send", send)

    @asynccontextmanager
    async def once(self, fault):
        """Apply *fault* to the next request, and check that exactly one is sent."""
        self.fault, self.sent = fault, []
        yield
        assert len(self.sent) == 1, self.sent
        assert self.fault is None


@pytest.fixture
def wire(monkeypatch):
    return Wire(monkeypatch)


@pytest.fixture
async def table(azurite, client):
    async with table_service(azurite) as service:
        yield client(await service.create_table(f"t{uuid4().hex}"))


async def is_there(table):
    return await table.get(P, "a") is not None


@pytest.mark.parametrize(
    ("fault", "applied"),
    [
        ("lost before", False),
        ("lost after", True),
        *((status, True) for status in (408, 429, 500, 502, 503, 504)),
    ],
)
async def test_a_write_without_a_definite_answer_has_an_unknown_outcome_and_is_not_repeated(
    table, wire, fault, applied
):
    async with wire.once(fault):
        with pytest.raises(OutcomeUnknownError):
            await table.transact(P, [Create("a", {"n": 1})])
    assert await is_there(table) is applied


@pytest.mark.parametrize("status", [200, 304, 400, 401, 403, 404, 409, 412])
async def test_a_status_that_is_not_about_a_write_leaves_the_outcome_unknown(table, wire, status):
    async with wire.once(status):
        with pytest.raises(OutcomeUnknownError):
            await table.transact(P, [Create("a", {"n": 1})])


async def test_a_transaction_that_is_too_large_is_refused(table, wire):
    async with wire.once(413):
        with pytest.raises(WriteRefusedError):
            await table.transact(P, [Create("a", {"n": 1})])


@pytest.mark.parametrize("fault", ["lost before", "lost after", 408, 429, 500, 502, 503, 504, 401, 403])
@pytest.mark.parametrize("read", [lambda t: t.get(P, "a"), lambda t: t.range(P, "a", "b")], ids=["get", "range"])
async def test_a_failed_read_is_an_outage_and_is_not_repeated(table, wire, fault, read):
    await table.transact(P, [Create("a", {"n": 1})])
    async with wire.once(fault):
        with pytest.raises(UnavailableError):
            await read(table)


async def test_an_outage_in_the_middle_of_a_range_is_an_outage(table, wire):
    for start in range(0, 1_100, 100):
        await table.transact(P, [Create(f"{start + n:05d}", {"n": 1}) for n in range(100)])
    wire.sent = []
    real = AioHttpTransport.send

    async def second_fails(transport, request, **options):
        wire.fault = 503 if len(wire.sent) == 1 else None
        return await real(transport, request, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AioHttpTransport, "send", second_fails)
        with pytest.raises(UnavailableError):
            await table.range(P, "", "~")
    assert wire.sent == ["GET", "GET"]


async def test_a_missing_table_is_an_outage(azurite, client):
    async with table_service(azurite) as service:
        nowhere = client(service.get_table_client("nowhere"))
        with pytest.raises(UnavailableError):
            await nowhere.get(P, "a")
        with pytest.raises(UnavailableError):
            await nowhere.range(P, "a", "b")
        with pytest.raises((WriteRefusedError, OutcomeUnknownError)):
            await nowhere.transact(P, [Create("a", {"n": 1})])


def answering(raw, status="202 Accepted", kind="multipart/mixed; boundary=x", length=None):
    """A complete HTTP answer; *length* may be larger than the body."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length or len(raw)}\r\n\r\n{raw}".encode()


@asynccontextmanager
async def strange_server(client, answer):
    """A table on a server that gives *answer* to every request, or no answer if it is None."""

    async def talk(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        if answer is None:
            await reader.read()
        writer.write(answer or b"")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    address = f"DefaultEndpointsProtocol=http;AccountName=x;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:{port}/x;"
    async with server, table_service(address) as service, asyncio.timeout(5):
        yield client(service.get_table_client("table"))


PART = "--x\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 "


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        answering("", "302 Found"),
        answering("<html>the proxy is tired</html>", "200 OK", "text/html"),
        answering("<html>the proxy is tired</html>", "202 Accepted", "text/html"),
        answering("<html>{no} such place</html>", "404 Not Found", "text/html"),
        answering("{}", "200 OK", "application/json"),
        answering('{"odata.error": ', "400 Bad Request", "application/json"),
        answering('{"odata.error": []}', "400 Bad Request", "application/json"),
        answering(""),
        answering("--x--"),
        answering(PART + "204 No Content\r\n\r\n--x--", length=500),  # and the connection is closed
        answering("--x\r\nContent-Type: a/b\r\n\r\nhello\r\n--x--"),
        answering(PART + "\r\n\r\n--x--"),
        answering(PART + "two hundred\r\n\r\n--x--"),
        answering(PART + "409 Conflict\r\n\r\n{--x--"),
        answering(PART + "409 Conflict\r\n\r\n{}\r\n--x--"),
        answering(PART + '409 Conflict\r\n\r\n{"odata.error": {"code": 1}}\r\n--x--'),
        answering(PART + '409 Conflict\r\n\r\n{"odata.error": {"code": ["EntityAlreadyExists"]}}\r\n--x--'),
        answering(PART + '400 Bad Request\r\n\r\n{"odata.error": {"code": 1}}\r\n--x--'),
    ],
)
async def test_an_unreadable_answer_leaves_the_outcome_unknown(client, answer):
    async with strange_server(client, answer) as table:
        with pytest.raises(OutcomeUnknownError):
            await table.transact(P, [Create("a", {"n": 1}), Create("b", {"n": 1})])


def refusing(status, code, words):
    body = f'{{"odata.error":{{"code":"{code}","message":{{"lang":"en-us","value":"{words}\\nRequestId:1"}}}}}}'
    return answering(f"{PART}{status}\r\nContent-Type: application/json\r\n\r\n{body}\r\n--x--")


@pytest.mark.parametrize(
    ("answer", "error", "index"),
    [
        (refusing("409 Conflict", "EntityAlreadyExists", "1:The specified entity already exists."), RowExistsError, 1),
        (refusing("412 Precondition Failed", "UpdateConditionNotSatisfied", "1:Changed."), RowChangedError, 1),
        (refusing("412 Precondition Failed", "ConditionNotMet", "0:Changed."), RowChangedError, 0),
        (refusing("404 Not Found", "ResourceNotFound", "1:The specified resource does not exist."), RowChangedError, 1),
        (refusing("404 Not Found", "EntityNotFound", "1:Gone."), RowChangedError, 1),
        (refusing("400 Bad Request", "PropertyValueTooLarge", "1:Too large."), WriteRefusedError, 1),
        (refusing("400 Bad Request", "InvalidDuplicateRow", "One of the inputs is not valid."), WriteRefusedError, 0),
    ],
)
async def test_the_rejection_of_one_write_rejects_the_transaction(client, answer, error, index):
    async with strange_server(client, answer) as table:
        with pytest.raises(WriteRefusedError) as refused:
            await table.transact(P, [Create("a", {"n": 1}), Create("b", {"n": 1})])
    assert (type(refused.value), refused.value.index) == (error, index)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("500 Internal Server Error", "InternalError"),
        ("500 Internal Server Error", "OperationTimedOut"),
        ("503 Service Unavailable", "ServerBusy"),
        ("408 Request Timeout", "RequestTimeout"),
        ("429 Too Many Requests", "TooManyRequests"),
    ],
)
async def test_a_busy_answer_within_a_transaction_leaves_the_outcome_unknown(client, status, code):
    async with strange_server(client, refusing(status, code, "0:Later.")) as table:
        with pytest.raises(OutcomeUnknownError):
            await table.transact(P, [Create("a", {"n": 1})])


async def test_an_unreachable_address_is_an_outage(client):
    nobody = "DefaultEndpointsProtocol=http;AccountName=x;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:9/x;"
    async with table_service(nobody) as service:
        table = client(service.get_table_client("table"))
        with pytest.raises(UnavailableError):
            await table.get(P, "a")
        with pytest.raises(OutcomeUnknownError):
            await table.transact(P, [Create("a", {"n": 1})])


async def test_a_server_that_never_answers_leads_to_a_timeout(client, monkeypatch):
    monkeypatch.setattr(
        "shared.adapters.storage.azure_tables.TIMEOUTS", {"connection_timeout": 1, "read_timeout": 0.05}
    )
    async with strange_server(client, None) as table:
        with pytest.raises(UnavailableError):
            await table.get(P, "a")
        with pytest.raises(OutcomeUnknownError):
            await table.transact(P, [Create("a", {"n": 1})])


async def test_the_message_of_an_outage_contains_no_key_and_no_address(table, wire, azurite):
    async with wire.once(503):
        with pytest.raises(OutcomeUnknownError) as outage:
            await table.transact(P, [Create("a", {"n": 1})])
    words = str(outage.value)
    assert "http" not in words
    assert azurite.split("AccountKey=")[1][:20] not in words


async def test_an_outage_contains_the_status_and_the_first_line_of_the_services_answer(client):
    """The later lines contain the request's id and the time, with which no two outages would be the same."""
    busy = '{"odata.error":{"code":"ServerBusy","message":{"lang":"en-us","value":"The server is busy.\\nTime:noon"}}}'
    async with strange_server(client, answering(busy, "503 Service Unavailable", "application/json")) as table:
        with pytest.raises(UnavailableError) as outage:
            await table.get(P, "a")
    assert str(outage.value) == "503 The server is busy."
    async with strange_server(
        client, refusing("503 Service Unavailable", "ServerBusy", "0:The server is busy.")
    ) as table:
        with pytest.raises(OutcomeUnknownError) as unknown:
            await table.transact(P, [Create("a", {"n": 1})])
    assert str(unknown.value) == "503 0:The server is busy."
    async with strange_server(client, refusing("503 Service Unavailable", "ServerBusy", "0:" + "x" * 500)) as table:
        with pytest.raises(OutcomeUnknownError) as unknown:
            await table.transact(P, [Create("a", {"n": 1})])
    assert str(unknown.value) == "503 0:" + "x" * 198  # log lines stay short


async def test_an_outage_without_an_answer_contains_the_kind_of_the_error(client):
    async with strange_server(client, b"") as table:
        with pytest.raises(OutcomeUnknownError) as unknown:
            await table.transact(P, [Create("a", {"n": 1})])
    assert str(unknown.value) == "ServiceRequestError while the storage was asked"
