"""The `Table` port with requests that are encoded and answers that are read here.

A request goes through a pipeline of azure-core with one policy, the authentication of azure-data-tables, and over the
connections of the given client, with their timeouts. Nothing sends it again, and unlike azure-data-tables nothing
follows a redirection of a read: it is an outage. A request or an answer that is unusual is left to azure-data-tables.
"""

from collections.abc import Sequence
from uuid import uuid4
from wsgiref.handlers import format_date_time

from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import AzureError
from azure.core.pipeline import AsyncPipeline
from azure.core.pipeline.policies import UserAgentPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.data.tables import __version__ as sdk_version
from azure.data.tables.aio import TableClient
from azure.data.tables.aio._authentication_async import _configure_credential

from shared.adapters.clock import SystemClock
from shared.adapters.storage.arrived_answer import ArrivedAnswer
from shared.adapters.storage.azure_tables import NO_RETRIES, AzureTable, message_of
from shared.adapters.storage.batch_answer import read_answer
from shared.adapters.storage.batch_request import NotEncodedError, Target, batch_request
from shared.adapters.storage.pages import KeyRange, Page, Rest
from shared.adapters.storage.read_answer import read_page, read_row, says_missing
from shared.adapters.storage.read_request import range_address, row_address
from shared.ports import OutcomeUnknownError, Row, UnavailableError, Write, WriteRefusedError

_OK, _ACCEPTED, _MISSING = 200, 202, 404

REAL_TIME = SystemClock()
"""The storage refuses a request whose signed date is not the present."""

_USER_AGENT = UserAgentPolicy(sdk_moniker=f"data-tables/{sdk_version}").user_agent


class LeanTable(AzureTable):
    """One table. The client belongs to the event loop on which it is first used."""

    TURNS = 4
    """As for `AzureTable`; two are needed. Each turn that is not needed delays a commit by what others do in it."""

    def __init__(self, client: TableClient) -> None:
        super().__init__(client)
        self._address = client.url.partition("?")[0]
        self._target = Target(f"{self._address}/{client.table_name}", client.api_version)
        self._pipeline = _pipeline(client)

    async def get(self, partition: str, key: str) -> Row | None:
        """See `Table.get`."""
        try:
            address = row_address(self._target, partition, key)
        except NotEncodedError:
            return await super().get(partition, key)
        answer, body = await self._read(address)
        if answer.status_code == _MISSING and says_missing(answer.content_type, body):
            return None
        row = read_row(answer.content_type, body) if answer.status_code == _OK else None
        return row if row is not None else await self._arrived(answer, body).get(partition, key)

    async def _page(self, wanted: KeyRange, rest: Rest | None) -> Page:
        try:
            address = range_address(self._target, wanted, rest)
        except NotEncodedError:
            return await super()._page(wanted, rest)
        answer, body = await self._read(address)
        page = read_page(answer.content_type, answer.headers, body) if answer.status_code == _OK else None
        return page if page is not None else await self._arrived(answer, body)._page(wanted, rest)  # noqa: SLF001 - own

    async def _read(self, address: str) -> tuple[AsyncHttpResponse, bytes]:
        """The answer to a read of *address*, and its content. Raises `UnavailableError` if there is none."""
        now = format_date_time(REAL_TIME.now().timestamp())
        request = HttpRequest("GET", address)
        request.headers = {
            "x-ms-version": self._target.api_version,
            "DataServiceVersion": "3.0",
            "Accept": "application/json;odata=minimalmetadata",
            "x-ms-client-request-id": str(uuid4()),
            "x-ms-date": now,
            "Date": now,
            "User-Agent": _USER_AGENT,
        }
        try:
            answer = (await self._pipeline.run(request)).http_response
        except AzureError as outage:
            raise UnavailableError(message_of(outage)) from outage
        return answer, answer.content

    async def transact(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        """See `Table.transact`."""
        try:
            request = self._request(partition, writes)
        except NotEncodedError:
            return await super().transact(partition, writes)
        try:
            answer = (await self._pipeline.run(request, stream=True)).http_response
            body = await answer.read()
        except Exception as unknown:
            raise OutcomeUnknownError(f"{type(unknown).__name__} while the storage was asked") from unknown
        found = read_answer(answer.content_type, body, len(writes)) if answer.status_code == _ACCEPTED else None
        if found is None:
            return await self._arrived(answer, body).transact(partition, writes)
        if isinstance(found, WriteRefusedError):
            raise found
        return found

    def _request(self, partition: str, writes: Sequence[Write]) -> HttpRequest:
        """The request with the headers of azure-data-tables, in its order."""
        now = format_date_time(REAL_TIME.now().timestamp())
        encoded = batch_request(self._target, partition, writes, now)
        request = HttpRequest("POST", f"{self._address}/$batch", content=encoded.body)
        request.headers = {
            "x-ms-version": self._target.api_version,
            "DataServiceVersion": "3.0",
            "MaxDataServiceVersion": "3.0;NetFx",
            "Content-Type": encoded.content_type,
            "Accept": "application/json",
            "Content-Length": str(len(encoded.body)),
            "x-ms-client-request-id": str(uuid4()),
            "x-ms-date": now,
            "Date": now,
            "User-Agent": _USER_AGENT,
        }
        return request

    def _arrived(self, answer: AsyncHttpResponse, body: bytes) -> AzureTable:
        """A table that sends nothing and reads *answer* with azure-data-tables, whatever is requested of it."""
        arrived = ArrivedAnswer(answer, body)
        nobody = AzureNamedKeyCredential("none", "bm9uZQ==")
        name = self._client.table_name
        return AzureTable(TableClient("https://none.invalid", name, credential=nobody, transport=arrived, **NO_RETRIES))


def _pipeline(client: TableClient) -> AsyncPipeline[HttpRequest, AsyncHttpResponse]:
    """A pipeline with the credential and the connections of *client*, which has no public way to share them."""
    credential = _configure_credential(client.credential, client._cosmos_endpoint)  # noqa: SLF001 - see above
    transport = client._client._client._pipeline._transport  # noqa: SLF001 - see above
    return AsyncPipeline(transport, [credential])
