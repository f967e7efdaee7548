"""Both clients of a table on a wire without a network: what each sends, and what each makes of a given answer."""

import itertools
from collections.abc import Sequence
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
    """What one client sent, and how its transaction ended: ETags, or an exception's type, index and text."""

    sent: list[Sent]
    end: list[str] | tuple[str, int | None, str]
    by_sdk: int = field(compare=False, default=0)
    """How often azure-data-tables encoded or read something for the lean client."""


async def hear(
    client: type[AzureTable],
    partition: str,
    writes: Sequence[Write],
    *answers: Answer,
    credential: Any = KEY,
    table: str = "Ledger",
) -> Heard:
    """Let *client* make a transaction to which the storage gives *answers*."""
    session = Session(*(answers or (NOTHING,)))
    transport: Any = AioHttpTransport(session=session, session_owner=False)
    options: dict[str, Any] = {"transport": transport, **TIMEOUTS, **NO_RETRIES, **NO_PROXY}
    tested = client(TableClient(ADDRESS, table, credential=credential, **options))
    with _same_names_and_time(), mock.patch.object(TableClient, "submit_transaction", _counted()) as counted:
        try:
            end: Any = list(await tested.transact(partition, writes))
        except Exception as error:  # noqa: BLE001 - whichever it is, the other client's must be the same
            index = error.index if isinstance(error, WriteRefusedError) else None
            end = (type(error).__name__, index, str(error))
    return Heard(session.sent, end, counted.calls if client is LeanTable else 0)


def _counted() -> Any:
    """`submit_transaction` that counts its calls."""
    real = TableClient.submit_transaction

    async def counted(self: TableClient, operations: Any, **options: Any) -> Any:
        counted.calls += 1  # type: ignore[attr-defined]
        return await real(self, operations, **options)

    counted.calls = 0  # type: ignore[attr-defined]
    return counted


async def hear_both(*arguments: Any, **options: Any) -> tuple[Heard, Heard]:
    """The same with azure-data-tables and with the lean client."""
    return await hear(AzureTable, *arguments, **options), await hear(LeanTable, *arguments, **options)


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
