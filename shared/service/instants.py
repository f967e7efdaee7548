"""A time in a body: RFC 3339 with an offset, as text. Numbers and dates alone are refused, never guessed at."""

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, WithJsonSchema

from shared.kernel.times import parse_instant


def _instant(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("RFC 3339 with an offset")  # noqa: TRY004 - pydantic takes ValueError
    return parse_instant(value)


Instant: TypeAlias = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339 with an offset."}),
]
