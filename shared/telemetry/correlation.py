"""The correlation id of log lines: the caller's X-Correlation-Id, or the message's id."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CURRENT: ContextVar[str] = ContextVar("correlation", default="")


def correlation() -> str:
    """The correlation id of the current work; empty outside any."""
    return _CURRENT.get()


@contextmanager
def correlated(name: str) -> Iterator[None]:
    """Give everything logged inside the correlation id *name*."""
    before = _CURRENT.set(name)
    try:
        yield
    finally:
        _CURRENT.reset(before)
