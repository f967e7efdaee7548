"""The `Table` port with transactions that are encoded and read here; azure-data-tables does everything else.

A request goes through a pipeline of azure-core with one policy, the authentication of azure-data-tables, and over the
connections of the given client, with their timeouts. Nothing sends it again. A transaction or an answer that is unusual
is left to azure-data-tables.
"""

from collections.abc import Sequence
from uuid import uuid4
from wsgiref.handlers import format_date_time

from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline import AsyncPipeline
from azure.core.pipeline.policies import UserAgentPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.data.tables import __version__ as sdk_version
from azure.data.tables.aio import TableClient
from azure.data.tables.aio._authentication_async import _configure_credential

from shared.adapters.clock import SystemClock
from shared.adapters.storage.arrived_answer import ArrivedAnswer
from shared.adapters.storage.azure_tables import NO_RETRIES, AzureTable
from shared.adapters.storage.batch_answer import read_answer
from shared.adapters.storage.batch_request import NotEncodedError, Target, batch_request
from shared.ports import OutcomeUnknownError, Write, WriteRefusedError

_ACCEPTED = 202

REAL_TIME = SystemClock()
"""The storage refuses a request whose signed date is not the present."""

_USER_AGENT = UserAgentPolicy(sdk_moniker=f"data-tables/{sdk_version}").user_agent


class LeanTable(AzureTable):
    """One table. The client belongs to the event loop on which it is first used."""

    def __init__(self, client: TableClient) -> None:
        super().__init__(client)
        self._address = client.url.partition("?")[0]
        self._target = Target(f"{self._address}/{client.table_name}", client.api_version)
        self._pipeline = _pipeline(client)

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
            return await self._read_by_sdk(answer, body).transact(partition, writes)
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

    def _read_by_sdk(self, answer: AsyncHttpResponse, body: bytes) -> AzureTable:
        """A table whose next transaction sends nothing and gets *answer*."""
        arrived = ArrivedAnswer(answer, body)
        nobody = AzureNamedKeyCredential("none", "bm9uZQ==")
        name = self._client.table_name
        return AzureTable(TableClient("https://none.invalid", name, credential=nobody, transport=arrived, **NO_RETRIES))


def _pipeline(client: TableClient) -> AsyncPipeline[HttpRequest, AsyncHttpResponse]:
    """A pipeline with the credential and the connections of *client*, which has no public way to share them."""
    credential = _configure_credential(client.credential, client._cosmos_endpoint)  # noqa: SLF001 - see above
    transport = client._client._client._pipeline._transport  # noqa: SLF001 - see above
    return AsyncPipeline(transport, [credential])
