"""Both table clients in a faulty network: one request per call, and an unknown outcome in case of doubt."""

from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline.transport import AioHttpTransport

from shared.adapters.storage.azure_tables import table_service
from shared.ports import Create, OutcomeUnknownError, UnavailableError, WriteRefusedError

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


async def test_an_unreachable_address_is_an_outage(client):
    nobody = "DefaultEndpointsProtocol=http;AccountName=x;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:9/x;"
    async with table_service(nobody) as service:
        table = client(service.get_table_client("table"))
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
