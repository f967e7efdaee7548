"""The `Table` port on Azure Table Storage, and on Azurite: only the address and the credential differ.

What the SDK does by default and must not do here (measured; docs/why.md): re-send a transaction after 500 or 503 and
then report a conflict with its own first write; wait up to seven days; retry a lost answer of a write.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.core.rest import HttpRequest
from azure.data.tables import EntityProperty, TableErrorCode
from azure.data.tables.aio import TableClient, TableServiceClient

from shared.adapters.entity_group import Failure, body_of, etags_of, failure_of
from shared.ports import (
    OutcomeUnknownError,
    Row,
    RowChangedError,
    RowExistsError,
    Rows,
    UnavailableError,
    Write,
    WriteRefusedError,
)

TIMEOUTS: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 35}
"""Seconds. The service itself gives a write up to 30."""

NO_RETRIES: dict[str, Any] = {"retry_total": 0}
"""Every retry is the loop's own, which can tell an own write from a rival's."""

NO_PROXY: dict[str, Any] = {"use_env_settings": False}
"""A storage account is reached directly. Looking for a proxy in the environment takes a thread, twice a request."""

RANGE = "PartitionKey eq @partition and RowKey ge @first and RowKey lt @end"
"""The only query there is. Values go in as parameters; a formatted filter once returned every tenant's rows."""

_CHANGED = frozenset({TableErrorCode.UPDATE_CONDITION_NOT_SATISFIED, TableErrorCode.CONDITION_NOT_MET})
_EXISTS = frozenset({TableErrorCode.ENTITY_ALREADY_EXISTS})
_GONE = frozenset({TableErrorCode.RESOURCE_NOT_FOUND, TableErrorCode.ENTITY_NOT_FOUND})
_PROVES_NOTHING = frozenset({408, 429, 500, 502, 503, 504})
_ACCEPTED, _TOO_LARGE = 202, 413


def table_service(connection: str) -> TableServiceClient:
    """A client for one storage account, named by a connection string."""
    return TableServiceClient.from_connection_string(connection, **TIMEOUTS, **NO_RETRIES, **NO_PROXY)


def keyless_table_service(address: str, credential: Any) -> TableServiceClient:  # noqa: ANN401 - the SDK's own union
    """The same with a managed identity."""
    return TableServiceClient(address, credential=credential, **TIMEOUTS, **NO_RETRIES, **NO_PROXY)


class AzureTable:
    """One table. The client belongs to the event loop on which it is first used."""

    def __init__(self, client: TableClient) -> None:
        self._client = client

    async def get(self, partition: str, key: str) -> Row | None:
        """See `Table.get`."""
        try:
            return _row(await self._client.get_entity(partition, key))
        except ResourceNotFoundError as missing:
            if getattr(missing, "error_code", None) == TableErrorCode.TABLE_NOT_FOUND:
                raise UnavailableError(_words(missing)) from missing
            return None
        except AzureError as outage:
            raise UnavailableError(_words(outage)) from outage

    async def range(self, partition: str, first: str, end: str, limit: int | None = None) -> Rows:
        """See `Table.range`. A response may be empty and still continue."""
        rows: list[Row] = []
        responses = 0
        query = self._client.query_entities(
            RANGE,
            parameters={"partition": partition, "first": first, "end": end},
            results_per_page=min(limit, 1000) if limit else None,
        )
        try:
            async for response in query.by_page():
                responses += 1
                rows += [_row(entity) async for entity in response]
                if limit and len(rows) >= limit:
                    return Rows(rows[:limit], responses)
        except AzureError as outage:
            raise UnavailableError(_words(outage)) from outage
        return Rows(rows, responses)

    async def transact(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        """See `Table.transact`."""
        try:
            status, answer = await self._send(partition, writes)
        except AzureError as outage:
            raise OutcomeUnknownError(_words(outage)) from outage
        if status == _TOO_LARGE:
            raise WriteRefusedError(0, f"{status} the transaction is too large")
        try:
            found = etags_of(answer) if status == _ACCEPTED else failure_of(status, answer)
        except (ValueError, LookupError, TypeError) as unreadable:
            raise OutcomeUnknownError(f"{status} and an answer that can not be read") from unreadable
        if isinstance(found, Failure):
            raise _refusal(found) if status == _ACCEPTED else OutcomeUnknownError(f"{status} {found.words}")
        if len(found) != len(writes):
            raise OutcomeUnknownError("the answer does not tell of every write")
        return found

    async def _send(self, partition: str, writes: Sequence[Write]) -> tuple[int, bytes]:
        """Status and body of the answer. Through the SDK's pipeline: its identity, timeouts and connections."""
        address, _, signature = self._client.url.partition("?")
        body = body_of(f"{address}/{self._client.table_name}", partition, writes)
        request = HttpRequest(
            "POST",
            f"{address}/$batch{'?' if signature else ''}{signature}",
            headers={"Content-Type": body.type, "x-ms-version": self._client.api_version, "DataServiceVersion": "3.0"},
            content=body.content,
        )
        pipeline = self._client._client  # noqa: SLF001 - the SDK has no public way to send a request of one's own
        answer = await pipeline.send_request(request, stream=True)
        return answer.status_code, await answer.read()


def _row(entity: Mapping[str, Any]) -> Row:
    values = {
        name: value.value if isinstance(value, EntityProperty) else value
        for name, value in entity.items()
        if name not in {"PartitionKey", "RowKey"}
    }
    return Row(str(entity["RowKey"]), entity.metadata["etag"], values)  # type: ignore[attr-defined]


def _refusal(failure: Failure) -> Exception:
    """Which promise of the port a failed transaction keeps."""
    if failure.code in _EXISTS:
        return RowExistsError(failure.index, failure.words)
    if failure.code in _CHANGED or failure.code in _GONE:
        return RowChangedError(failure.index, failure.words)
    if failure.status in _PROVES_NOTHING or not failure.code:
        return OutcomeUnknownError(f"{failure.status} {failure.words}")
    return WriteRefusedError(failure.index, failure.words)


def _words(error: AzureError) -> str:
    """The first line, without keys or addresses."""
    status = f"{error.status_code} " if isinstance(error, HttpResponseError) and error.status_code else ""
    return f"{status}{str(error.message).splitlines()[0][:200]}" if error.message else type(error).__name__
