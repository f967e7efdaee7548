"""The `Table` port on Azure Table Storage and on Azurite: only the address and the credential differ.

By default the SDK does the following, which must not happen here (measured; docs/why.md): re-send a transaction after
500 or 503 and then report a conflict with its own first write; wait up to seven days; retry a write whose answer was
lost.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.data.tables import EdmType, EntityProperty, TableErrorCode, TableTransactionError, UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient

from shared.adapters.storage.pages import KeyRange, Page, Rest
from shared.ports import (
    Create,
    Delete,
    OutcomeUnknownError,
    Replace,
    Row,
    RowChangedError,
    RowExistsError,
    Rows,
    UnavailableError,
    Upsert,
    Value,
    Write,
    WriteRefusedError,
)

TIMEOUTS: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 35}
"""Seconds. The storage itself allows a write up to 30."""

NO_RETRIES: dict[str, Any] = {"retry_total": 0}
"""Only the loop retries: it can distinguish its own write from that of a competing process."""

NO_PROXY: dict[str, Any] = {"use_env_settings": False}
"""A storage account is reached directly. Reading proxy settings from the environment uses a thread, twice a request."""

PAGE_ROWS_MAX = 1000
"""The storage answers no more rows at once."""

RANGE = "PartitionKey eq @partition and RowKey ge @first and RowKey lt @end"
"""The only query. Values are passed as parameters; a formatted filter once returned the rows of all tenants."""

_CHANGED = frozenset({TableErrorCode.UPDATE_CONDITION_NOT_SATISFIED, TableErrorCode.CONDITION_NOT_MET})
_EXISTS = frozenset({TableErrorCode.ENTITY_ALREADY_EXISTS})
_GONE = frozenset({TableErrorCode.RESOURCE_NOT_FOUND, TableErrorCode.ENTITY_NOT_FOUND})
_BAD_REQUEST, _TOO_LARGE = 400, 413
"""The statuses of permanent refusals. Every other one may come from a proxy or be temporary."""

WRITES_MAX = 100
"""The storage refuses more writes, and the SDK cannot read that refusal."""


def table_service(connection: str) -> TableServiceClient:
    """A client for one storage account, named by a connection string."""
    return TableServiceClient.from_connection_string(connection, **TIMEOUTS, **NO_RETRIES, **NO_PROXY)


def keyless_table_service(address: str, credential: Any) -> TableServiceClient:  # noqa: ANN401 - the SDK's own union
    """The same with a managed identity."""
    return TableServiceClient(address, credential=credential, **TIMEOUTS, **NO_RETRIES, **NO_PROXY)


class AzureTable:
    """One table. The client belongs to the event loop on which it is first used."""

    TURNS = 12
    """Turns of the event loop in which a transaction is sent on an open connection. azure-data-tables needs eight: it
    gathers the parts, twice, and the HTTP client writes in a task of its own. The others are a margin.
    """

    def __init__(self, client: TableClient) -> None:
        self._client = client

    async def get(self, partition: str, key: str) -> Row | None:
        """See `Table.get`."""
        try:
            return _row(await self._client.get_entity(partition, key))
        except ResourceNotFoundError as missing:
            if getattr(missing, "error_code", None) == TableErrorCode.TABLE_NOT_FOUND:
                raise UnavailableError(message_of(missing)) from missing
            return None
        except AzureError as outage:
            raise UnavailableError(message_of(outage)) from outage

    async def range(self, partition: str, first: str, end: str, limit: int | None = None) -> Rows:
        """See `Table.range`. A response may be empty and still continue."""
        wanted = KeyRange(partition, first, end, min(limit, PAGE_ROWS_MAX) if limit else None)
        page = await self._page(wanted, None)
        rows, responses = [*page.rows], 1
        while page.rest is not None and not (limit and len(rows) >= limit):
            page = await self._page(wanted, page.rest)
            rows += page.rows
            responses += 1
        return Rows(rows[:limit] if limit else rows, responses)

    async def _page(self, wanted: KeyRange, rest: Rest | None) -> Page:
        """One response: the first, or the one that *rest* of the response before it leads to."""
        query: Any = self._client.query_entities(
            RANGE,
            parameters={"partition": wanted.partition, "first": wanted.first, "end": wanted.end},
            results_per_page=wanted.rows_max,
        )
        pages = query.by_page(rest)
        try:
            return Page([_row(entity) async for entity in await anext(pages)], pages.continuation_token)
        except AzureError as outage:
            raise UnavailableError(message_of(outage)) from outage

    async def transact(self, partition: str, writes: Sequence[Write]) -> Sequence[str]:
        """See `Table.transact`."""
        if not 1 <= len(writes) <= WRITES_MAX:
            raise WriteRefusedError(0, f"a transaction has 1 to {WRITES_MAX} writes")
        try:
            answers = await self._client.submit_transaction([_operation(partition, write) for write in writes])
            etags = [str(answer.get("etag") or "") for answer in answers]
        except TableTransactionError as refusal:
            raise _refusal(refusal) from refusal
        except Exception as unknown:
            # Not only the SDK's own errors: for an answer that is incomplete or invalid it raises its parser's errors.
            # None of them says whether the transaction was applied.
            raise OutcomeUnknownError(f"{type(unknown).__name__} while the storage was asked") from unknown
        if len(etags) != len(writes):
            raise OutcomeUnknownError("the answer does not report every write")
        return etags


def _operation(partition: str, write: Write) -> tuple[Any, ...]:
    """One write as the SDK expects it."""
    match write:
        case Create(key, values):
            return ("create", _entity(partition, key, values))
        case Upsert(key, values):
            return ("upsert", _entity(partition, key, values), {"mode": UpdateMode.REPLACE})
        case Replace(key, values, etag):
            guard = {"mode": UpdateMode.REPLACE, "etag": etag, "match_condition": MatchConditions.IfNotModified}
            return ("update", _entity(partition, key, values), guard)
        case Delete(key, etag):
            guard = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
            return ("delete", {"PartitionKey": partition, "RowKey": key}, guard)


def _entity(partition: str, key: str, values: Mapping[str, Value]) -> dict[str, Any]:
    """The SDK's entity. Whole numbers are Int64 explicitly: the SDK refuses large plain ones."""
    properties = {name: _property(value) for name, value in values.items()}
    return {"PartitionKey": partition, "RowKey": key, **properties}


def _property(value: Value) -> Any:  # noqa: ANN401 - the SDK takes both
    if isinstance(value, int) and not isinstance(value, bool):
        return EntityProperty(value, EdmType.INT64)
    return value


def _row(entity: Mapping[str, Any]) -> Row:
    values = {
        name: value.value if isinstance(value, EntityProperty) else value
        for name, value in entity.items()
        if name not in {"PartitionKey", "RowKey"}
    }
    return Row(str(entity["RowKey"]), entity.metadata["etag"], values)  # type: ignore[attr-defined]


def _refusal(error: TableTransactionError) -> Exception:
    """The port's exception for a failed transaction. In transactions, conflicts are never a ResourceExistsError."""
    code = getattr(error, "error_code", None)
    if not isinstance(code, str):  # JSON of another form; it may even be unhashable
        code = None
    if code in _EXISTS:
        return RowExistsError(error.index, message_of(error))
    if code in _CHANGED or code in _GONE:
        return RowChangedError(error.index, message_of(error))
    if error.status_code == _TOO_LARGE or (error.status_code == _BAD_REQUEST and code is not None):
        return WriteRefusedError(error.index, message_of(error))
    return OutcomeUnknownError(message_of(error))


def message_of(error: AzureError) -> str:
    """The status and the first line of the message, which has no keys or addresses."""
    status = f"{error.status_code} " if isinstance(error, HttpResponseError) and error.status_code else ""
    return f"{status}{str(error.message).splitlines()[0][:200]}" if error.message else type(error).__name__
