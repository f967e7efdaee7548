"""Both table clients with a server that answers anything or nothing: what is not certain is an unknown outcome."""

import asyncio
from contextlib import asynccontextmanager

import pytest

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


async def test_a_server_that_never_answers_leads_to_a_timeout(client, monkeypatch):
    monkeypatch.setattr(
        "shared.adapters.storage.azure_tables.TIMEOUTS", {"connection_timeout": 1, "read_timeout": 0.05}
    )
    async with strange_server(client, None) as table:
        with pytest.raises(UnavailableError):
            await table.get(P, "a")
        with pytest.raises(OutcomeUnknownError):
            await table.transact(P, [Create("a", {"n": 1})])


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
