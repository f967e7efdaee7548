"""Counts requests to storage, where the clients for queues and tables hand them to their connections."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import unquote, urlsplit

from azure.core.pipeline.transport import AioHttpTransport

QUEUE, TRANSACTIONS, READS = "queue", "transactions", "reads"


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the requests that this process makes inside the block. Both clients of the tables send through the same
    kind of connection, so that both are counted.
    """
    found: Counter[str] = Counter()
    send = AioHttpTransport.send

    async def counting(transport: AioHttpTransport, request: Any, **options: Any) -> Any:
        found[kind_of(request.url)] += 1
        return await send(transport, request, **options)

    with mock.patch.object(AioHttpTransport, "send", counting):
        yield found


def kind_of(address: str) -> str:
    """Whether a request goes to a queue, is a transaction, or a read."""
    path = urlsplit(address).path
    return QUEUE if "/messages" in path else TRANSACTIONS if path.endswith("/$batch") else READS


REASONS = (
    "ledger: commits",
    "ledger: outbox rows deleted",
    "alarms set",
    "books read",
    "heads, markers and pages read",
    "outbox read",
    "register read",
    "rate cards read",
    "suspense",
    "records of calls",
    "messages sent",
    "messages fetched",
    "messages deleted",
    "other",
)
"""What requests are for, in the order in which they are printed."""

_BY_TABLE = {
    "Accounts": "register read",
    "RateCards": "rate cards read",
    "Suspense": "suspense",
    "Usage": "records of calls",
}
_BY_METHOD = {"POST": "messages sent", "GET": "messages fetched", "DELETE": "messages deleted"}
_ROW = re.compile(r"(?:^DELETE|^PUT|^POST) \S+?/(\w+)(?:\(PartitionKey='[^']*',RowKey='([^']*)'\))? ", re.MULTILINE)


@contextmanager
def counted_by_reason() -> Iterator[Counter[str]]:
    """Count what the requests that this process makes inside the block are for. Transactions are those of the lean
    client.
    """
    found: Counter[str] = Counter()
    send = AioHttpTransport.send

    async def counting(transport: AioHttpTransport, request: Any, **options: Any) -> Any:
        found[reason_of(request)] += 1
        return await send(transport, request, **options)

    with mock.patch.object(AioHttpTransport, "send", counting):
        yield found


def reason_of(request: Any) -> str:
    """What a request is for, one of REASONS."""
    address = urlsplit(unquote(request.url))
    kind = kind_of(request.url)
    if kind == QUEUE:
        return _BY_METHOD[request.method]
    if kind == TRANSACTIONS:
        return _reason_of_transaction(unquote(request.content.decode()))
    table = address.path.rsplit("/", 1)[-1].split("(")[0]
    if table != "Ledger":
        return _BY_TABLE.get(table, "other")
    if "RowKey ge 'o:" in address.query:
        return "outbox read"
    return "books read" if "RowKey ge 'a:" in address.query else "heads, markers and pages read"


def _reason_of_transaction(body: str) -> str:
    rows = _ROW.findall(body)
    if {table for table, _ in rows} != {"Ledger"}:
        return {"Alarms": "alarms set", **_BY_TABLE}.get(rows[0][0], "other")
    return "ledger: outbox rows deleted" if all(key.startswith("o:") for _, key in rows) else "ledger: commits"
