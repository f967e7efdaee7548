"""What one piece of work is called in the log: the caller's X-Correlation-Id, or the message's id."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CURRENT: ContextVar[str] = ContextVar("correlation", default="")


def correlation() -> str:
    """The name of the work under way; empty outside any."""
    return _CURRENT.get()


@contextmanager
def correlated(name: str) -> Iterator[None]:
    """Everything logged inside belongs to *name*."""
    before = _CURRENT.set(name)
    try:
        yield
    finally:
        _CURRENT.reset(before)
