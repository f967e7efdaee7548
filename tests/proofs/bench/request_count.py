"""Counts requests to storage, where the clients for queues and tables hand them to their connections."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

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
