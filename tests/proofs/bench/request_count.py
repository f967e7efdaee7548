"""Counts requests to storage, which the Azure clients for queues and tables write to one logger."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

LOG = logging.getLogger("azure.core.pipeline.policies.http_logging_policy")

QUEUE, TRANSACTIONS, READS = "queue", "transactions", "reads"


class _Requests(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count a request by its kind; logged answers are ignored."""
        words = record.getMessage()
        if words.startswith("Request URL"):
            self.seen[QUEUE if "/messages" in words else TRANSACTIONS if "$batch" in words else READS] += 1


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the requests that this process makes inside the block."""
    handler = _Requests()
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    try:
        yield handler.seen
    finally:
        LOG.setLevel(logging.WARNING)
        LOG.removeHandler(handler)
