"""A time in a body: RFC 3339 with an offset, as text. Numbers and dates alone are refused, never guessed at."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from shared.kernel.times import parse_instant

LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The last whole second that can be represented: an alarm is set for the whole second at or after an instant."""


def _instant(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("RFC 3339 with an offset")  # noqa: TRY004 - pydantic takes ValueError
    return parse_instant(value)


Instant: TypeAlias = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339 with an offset."}),
]


def _not_after_latest(instant: datetime) -> datetime:
    if instant > LATEST:
        raise ValueError("at the latest 9999-12-31T23:59:59Z")
    return instant


AlarmInstant: TypeAlias = Annotated[Instant, AfterValidator(_not_after_latest)]
"""A time at which something happens by itself: an alarm can be set for it."""
