"""What Graph answers: a page of rows, or how long to wait (OData 4.01; RFC 9110, 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import BaseModel, Field

WAITING = frozenset({429, 503, 504})
"""Statuses that ask for patience: throttled, or busy."""

FIRST_PAUSE = 2.0
"""Seconds to wait where the answer does not say how long; doubled with each try."""


class Page(BaseModel):
    """One page; *next* is the address of the following one."""

    value: list[dict[str, Any]]
    next: str | None = Field(default=None, alias="@odata.nextLink")


def pause(retry_after: str | None, tries: int, now: datetime) -> float:
    """Seconds to wait: as *retry_after* says, in seconds or as a date, else longer with each of *tries* before."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return FIRST_PAUSE * 2.0**tries
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())
