"""What an event says: the fields that make two deliveries of it the same (CONTRACT 1, content hash).

A marker keeps a digest of this text for ever, so a form that was ever stored is never changed: a new one is added, and
the older ones are still recognised.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from shared.kernel.ids import AccountId
from shared.kernel.times import instant_text, parse_instant
from shared.use_cases.usage.call import calling_number, whole_seconds

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))

_FIELDS_BEFORE_1_1 = ("user", "direction", "service", "calling", "called")
_RFC_3339_BY_0_1_0 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Content:
    """An event's content in the present form, and in the forms that a marker of an earlier version may hold."""

    present: str
    older: tuple[str, ...]


def content_of(account: AccountId, data: Mapping[str, Any]) -> Content:
    """Normalised, absent = null; every field that is not in it may change or be added. Older forms lack capability and
    usage location, and 0.1.0 normalised less.
    """
    facts = _normalised(account, data)
    older = dict.fromkeys(map(_ENCODER.encode, (facts, _as_written(account, data))))
    return Content(_ENCODER.encode([*facts, data.get("capability"), data.get("usageLocation")]), tuple(older))


def _as_written(account: AccountId, data: Mapping[str, Any]) -> list[object]:
    """The fields as 0.1.0 took them."""
    plain = [account, *(data.get(name) for name in _FIELDS_BEFORE_1_1), _instant_by_0_1_0(data.get("startedAt"))]
    return [*plain, data.get("durationSeconds"), data.get("leg")]


def _normalised(account: AccountId, data: Mapping[str, Any]) -> list[object]:
    return [
        account,
        data.get("user"),
        data.get("direction"),
        data.get("service"),
        calling_number(data.get("calling")),
        data.get("called"),
        _instant(data.get("startedAt")),
        whole_seconds(data.get("durationSeconds")),
        data.get("leg"),
    ]


def _instant(value: object) -> object:
    """A time as an instant, whatever its offset; what is no time, as it is."""
    try:
        return instant_text(parse_instant(value)) if isinstance(value, str) else value
    except ValueError:
        return value


def _instant_by_0_1_0(value: object) -> object:
    """The same as 0.1.0 read it: without leap seconds, and with offsets such as `+05:99`."""
    if not isinstance(value, str) or _RFC_3339_BY_0_1_0.fullmatch(value) is None:
        return value
    try:
        return instant_text(datetime.fromisoformat(value.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        return value
