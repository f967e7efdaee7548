"""Both clients of a table on a wire without a network: what each sends, and what each makes of a given answer."""

import itertools
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest import mock

from azure.core.credentials import AzureNamedKeyCredential
from azure.core.pipeline.transport import AioHttpTransport
from azure.data.tables.aio import TableClient
from multidict import CIMultiDict

from shared.adapters.storage import lean_table
from shared.adapters.storage.azure_tables import NO_PROXY, NO_RETRIES, TIMEOUTS, AzureTable
from shared.adapters.storage.lean_table import LeanTable
from shared.ports import Write, WriteRefusedError

CLIENTS = (AzureTable, LeanTable)

ADDRESS = "https://credits.table.core.windows.net"
KEY = AzureNamedKeyCredential("credits", "a2V5")
NOW = datetime(2026, 11, 29, 12, 30, 45, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response. Of several headers with the same name all arrive."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    reason: str = "Reason"


NOTHING = Answer(202, (), b"")


@dataclass(slots=True)
class Sent:
    """A request as the transport sends it. *headers* lack the client's request id, which is random."""

    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes
    options: dict[str, Any]


class Session:
    """What azure-core's transport needs of aiohttp's session and of its response."""

    auto_decompress = False

    def __init__(self, *answers: Answer) -> None:
        self.sent: list[Sent] = []
        self._answers = itertools.chain(answers, itertools.repeat(answers[-1]))

    async def __aenter__(self) -> None:
        pass

    async def request(self, method: str, url: str, *, headers: Any, data: bytes, **options: Any) -> Any:
        kept = [(name, value) for name, value in headers.items() if name != "x-ms-client-request-id"]
        self.sent.append(Sent(method, url, kept, data, options))
        return _Response(next(self._answers))


class _Response:
    def __init__(self, answer: Answer) -> None:
        self.status, self.reason, self._body = answer.status, answer.reason, answer.body
        self.headers = CIMultiDict(answer.headers)

    async def read(self) -> bytes:
        return self._body

    def close(self) -> None:
        pass


@dataclass(slots=True)
class Heard:
    """What one client sent, and how its call ended.

    A transaction ends with ETags, a read with the `repr` of what it returned, so that 1 is not True, and both with an
    exception's type, index and text.
    """

    sent: list[Sent]
    end: Any
    by_sdk: int = field(compare=False, default=0)
    """How often azure-data-tables encoded or read something for the lean client."""


ROW = 2
Read = tuple[Any, ...]
"""The arguments of `Table.get` (partition, key), or of `Table.range` (partition, first, end, limit)."""

Call = Callable[[AzureTable], Awaitable[Any]]
"""A call of the port."""


async def hear(client: type[AzureTable], call: Call, *answers: Answer, credential: Any = KEY) -> Heard:
    """Let *client* make a call to which the storage gives *answers*, the last one again and again."""
    session = Session(*(answers or (NOTHING,)))
    transport: Any = AioHttpTransport(session=session, session_owner=False)
    options: dict[str, Any] = {"transport": transport, **TIMEOUTS, **NO_RETRIES, **NO_PROXY}
    tested = client(TableClient(ADDRESS, "Ledger", credential=credential, **options))
    with _same_names_and_time(), _counted() as work:
        try:
            end: Any = await call(tested)
        except Exception as error:  # noqa: BLE001 - whichever it is, the other client's must be the same
            index = error.index if isinstance(error, WriteRefusedError) else None
            text = "" if isinstance(error, RecursionError) else str(error)  # it depends on how deep the caller is
            end = (type(error).__name__, index, text)
    return Heard(session.sent, end, len(work) if client is LeanTable else 0)


@contextmanager
def _counted() -> Iterator[list[str]]:
    """A list that gets the name of every call of azure-data-tables."""
    work: list[str] = []
    with ExitStack() as stack:
        for name in ("submit_transaction", "get_entity", "query_entities"):
            stack.enter_context(mock.patch.object(TableClient, name, _recording(work, getattr(TableClient, name))))
        yield work


def _recording(work: list[str], real: Any) -> Any:
    def called(self: TableClient, *arguments: Any, **options: Any) -> Any:
        work.append(real.__name__)
        return real(self, *arguments, **options)

    return called


async def hear_both(partition: str, writes: Sequence[Write], *answers: Answer, **options: Any) -> tuple[Heard, Heard]:
    """A transaction with azure-data-tables and with the lean client."""

    async def transact(table: AzureTable) -> Sequence[str]:
        return list(await table.transact(partition, writes))

    return await hear(AzureTable, transact, *answers, **options), await hear(LeanTable, transact, *answers, **options)


async def hear_both_read(read: Read, *answers: Answer, **options: Any) -> tuple[Heard, Heard]:
    """A read with azure-data-tables and with the lean client."""

    async def called(table: AzureTable) -> str:
        return repr(await (table.get if len(read) == ROW else table.range)(*read))

    return await hear(AzureTable, called, *answers, **options), await hear(LeanTable, called, *answers, **options)


@contextmanager
def _same_names_and_time():
    """The same boundaries and dates for each client, so that even signatures can be compared."""
    seconds = NOW.timestamp()
    with ExitStack() as stack:
        for module in ("azure.data.tables.aio._base_client_async", "shared.adapters.storage.batch_request"):
            stack.enter_context(mock.patch(f"{module}.uuid4", return_value="id"))
        stack.enter_context(mock.patch("azure.data.tables._policies.time", SimpleNamespace(time=lambda: seconds)))
        stack.enter_context(mock.patch.object(lean_table, "REAL_TIME", SimpleNamespace(now=lambda: NOW)))
        yield
