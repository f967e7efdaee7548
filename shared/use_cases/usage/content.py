"""The content of an event: the fields in which two deliveries of the same event agree (CONTRACT 1, content hash).

Markers keep a digest of this text for ever, so a form that was ever stored is never changed: a new one is added, and
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
from shared.use_cases.calls.described_call import calling_number
from shared.use_cases.usage.call import whole_seconds

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))

_CALLING, _STARTED_AT, _SECONDS = 4, 6, 7
"""The positions of the normalised fields."""

_RFC_3339_BY_0_1_0 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Content:
    """An event's normalised content, what was *added* after 0.1.0, and the form of 0.1.0 if it differs (*older*)."""

    text: str
    added: str
    older: tuple[str, ...] = ()


def content_of(account: AccountId, data: Mapping[str, Any]) -> Content:
    """The content of *data*, normalised, with null for absent fields. Fields that are not in it may change or be added.
    Capability and usage location were added after 0.1.0, which also normalised less.
    """
    calling, started_at, seconds = data.get("calling"), data.get("startedAt"), data.get("durationSeconds")
    facts = [
        account,
        data.get("user"),
        data.get("direction"),
        data.get("service"),
        calling_number(calling),
        data.get("called"),
        _instant(started_at),
        whole_seconds(seconds),
        data.get("leg"),
    ]
    text = _ENCODER.encode(facts)
    added = f"[{_text(data.get('capability'))},{_text(data.get('usageLocation'))}]"
    if calling is facts[_CALLING] and seconds is facts[_SECONDS] and _is_same_in_0_1_0(started_at, facts[_STARTED_AT]):
        return Content(text, added)
    facts[_CALLING], facts[_SECONDS], facts[_STARTED_AT] = calling, seconds, _instant_by_0_1_0(started_at)
    return Content(text, added, (_ENCODER.encode(facts),))


def _text(value: object) -> str:
    return "null" if value is None else _ENCODER.encode(value)


def _is_same_in_0_1_0(written: object, read: object) -> bool:
    """Whether 0.1.0 certainly read this time in the same way: it is a valid time, and not a leap second."""
    return read is not written and isinstance(written, str) and ":60" not in written


def _instant(value: object) -> object:
    """A time as an instant in UTC; other values are returned unchanged."""
    try:
        return instant_text(parse_instant(value)) if isinstance(value, str) else value
    except ValueError:
        return value


def _instant_by_0_1_0(value: object) -> object:
    """The same as in 0.1.0, which did not know leap seconds and accepted offsets such as `+05:99`."""
    if not isinstance(value, str) or _RFC_3339_BY_0_1_0.fullmatch(value) is None:
        return value
    try:
        return instant_text(datetime.fromisoformat(value.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        return value
