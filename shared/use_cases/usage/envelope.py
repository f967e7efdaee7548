"""The envelope: bytes -> events, each with its name and content, or with the reason why it has none (CONTRACT 1)."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from shared.kernel.ids import AccountId, account_id
from shared.kernel.times import instant_text, parse_instant
from shared.posting.decision import Event, event

CALL = "credits.usage.call.v1"
_SMS = "credits.usage.sms."

NAME_CHARACTERS = 256
"""Longest source, id, user or leg: they stand in pages for ever, ninety to a page."""

NESTING_MAX = 32
"""Levels of an event; a call has two. Deep ones exhaust the stack of whoever reads or writes them."""

_UNREADABLE = object()
"""What is no JSON. Every JSON value, null included, was read and is judged as an event."""

_CONTENT = ("user", "direction", "service", "calling", "called")


class Reason(StrEnum):
    """Why an event could not be booked."""

    UNREADABLE = "unreadable"
    NOT_CLOUDEVENTS = "not_cloudevents"
    UNKNOWN_TYPE = "unknown_type"
    INVALID_FIELD = "invalid_field"
    TOO_LONG = "too_long"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_ACCOUNT = "before_account"
    UNKNOWN_ACCOUNT = "unknown_account"
    NO_RATE = "no_rate"
    MASKED_NUMBER = "masked_number"
    CONFLICT = "conflict"
    NOT_A_CALL = "not_a_call"
    POISON = "poison"


@dataclass(frozen=True, slots=True)
class Unbookable:
    """Why not, in one word and in words for people. Never holds a number."""

    reason: Reason
    detail: str


@dataclass(frozen=True)
class Named:
    """An event with an identity: account, source and id. *flaw* is what is already known to be wrong with it."""

    account: AccountId
    source: str
    id: str
    data: Mapping[str, Any]
    element: object
    flaw: Unbookable | None = None

    @cached_property
    def text(self) -> str:
        """The whole event, as it is kept in suspense."""
        return _canonical(self.element)

    @cached_property
    def event(self) -> Event:
        """Who it is and what it says, for the marker."""
        return event("usage", self.account, self.source, self.id, content=self.content)

    @cached_property
    def content(self) -> str:
        """The fields that make two deliveries the same, normalised, absent = null; everything else may change."""
        data = self.data
        facts = [self.account, *(data.get(name) for name in _CONTENT), _instant(data.get("startedAt"))]
        return _canonical([*facts, data.get("durationSeconds"), data.get("leg")])

    def renamed(self, suffix: str) -> Event:
        """The identity of something done to this event later: a replay, a conflict, a correction."""
        return event("usage", self.account, self.source, self.id, suffix, content=self.content)


@dataclass(frozen=True, slots=True)
class Nameless:
    """Something on the queue that has no identity; it is known by its bytes."""

    text: str
    flaw: Unbookable


def read_message(body: bytes) -> list[Named | Nameless]:
    """Every event of one queue message: an event or an array of them, plain or base64."""
    text = body.decode("utf-8", "replace")
    value = _loads(body)
    if value is _UNREADABLE:
        return [Nameless(text, Unbookable(Reason.UNREADABLE, "neither JSON nor base64 of JSON"))]
    elements = value if isinstance(value, list) else [value]
    too_deep = Nameless(text, Unbookable(Reason.NOT_CLOUDEVENTS, f"nested more than {NESTING_MAX} levels deep"))
    return [too_deep if _is_deep(element) else read_event(element) for element in elements]


def read_event(element: object) -> Named | Nameless:
    """One event's envelope (CloudEvents 1.0, structured mode)."""
    if not isinstance(element, dict):
        return Nameless(_canonical(element), Unbookable(Reason.NOT_CLOUDEVENTS, "an event is a JSON object"))
    for name in ("type", "source", "id"):
        if not isinstance(element.get(name), str) or not element[name]:
            return Nameless(_canonical(element), Unbookable(Reason.NOT_CLOUDEVENTS, f"{name} is missing"))
    data = _data(element)
    flaw = _flaw_of_envelope(element, data)
    account = _account(data)
    if account is None or _has_long_name(element):
        missing = Unbookable(Reason.INVALID_FIELD, "account: a GUID is required")
        return Nameless(_canonical(element), flaw or missing)
    return Named(account, element["source"], element["id"], data or {}, element, flaw)


def _has_long_name(element: Mapping[str, Any]) -> bool:
    """Whether source or id is too long to be kept as the name of anything."""
    return any(len(element[name]) > NAME_CHARACTERS for name in ("source", "id"))


def _flaw_of_envelope(element: Mapping[str, Any], data: Mapping[str, Any] | None) -> Unbookable | None:
    if element.get("specversion") != "1.0":
        return Unbookable(Reason.NOT_CLOUDEVENTS, "specversion is not 1.0")
    for name in ("source", "id"):
        if len(element[name]) > NAME_CHARACTERS:
            return Unbookable(Reason.INVALID_FIELD, f"{name}: longer than {NAME_CHARACTERS} characters")
    if element["type"].startswith(_SMS):
        return Unbookable(Reason.NOT_A_CALL, "a text message is no call")
    if element["type"] != CALL:
        return Unbookable(Reason.UNKNOWN_TYPE, f"only {CALL} is known")
    if data is None:
        return Unbookable(Reason.NOT_CLOUDEVENTS, "data is missing or no JSON object")
    return None


def _data(element: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event's data, also when it came as base64."""
    data = element.get("data")
    if data is None and isinstance(element.get("data_base64"), str):
        data = _loads_base64(element["data_base64"].encode("utf-8", "replace"))
        data = None if _is_deep(data) else data
    return data if isinstance(data, dict) else None


def _is_deep(value: object) -> bool:
    """Whether *value* has more levels than any event; measured without going down a stack."""
    level = [value]
    for _ in range(NESTING_MAX):
        inner = [each for each in level if isinstance(each, dict | list)]
        if not inner:
            return False
        level = [child for each in inner for child in (each.values() if isinstance(each, dict) else each)]
    return any(isinstance(each, dict | list) for each in level)


def _account(data: Mapping[str, Any] | None) -> AccountId | None:
    try:
        return account_id(data["account"]) if data and isinstance(data.get("account"), str) else None
    except ValueError:
        return None


def _instant(value: object) -> object:
    """A time as an instant, whatever its offset; what is no time, as it is."""
    try:
        return instant_text(parse_instant(value)) if isinstance(value, str) else value
    except (ValueError, OverflowError):
        return value


def _loads(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """JSON, plain or base64 of it; `_UNREADABLE` when it is neither."""
    value = _loads_json(body)
    if isinstance(value, dict | list):
        return value
    decoded = _loads_base64(body)  # "1234" is a number, and the beginning of many a base64 text
    return value if decoded is _UNREADABLE else decoded


def _loads_base64(text: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return _loads_json(base64.b64decode(text.strip(), validate=True))
    except (binascii.Error, ValueError):
        return _UNREADABLE


def _loads_json(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return _DECODER.decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _UNREADABLE


def _refuse_constant(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def _canonical(value: object) -> str:
    return _ENCODER.encode(value)
