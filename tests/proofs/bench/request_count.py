"""Counts requests to storage: every Azure client writes its own to one logger, the queues' and the tables' alike."""

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
        """Count a request by what it asks for; answers are logged too, and passed over."""
        words = record.getMessage()
        if words.startswith("Request URL"):
            self.seen[QUEUE if "/messages" in words else TRANSACTIONS if "$batch" in words else READS] += 1


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """The requests of everything inside, in this process."""
    handler = _Requests()
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    try:
        yield handler.seen
    finally:
        LOG.setLevel(logging.WARNING)
        LOG.removeHandler(handler)
