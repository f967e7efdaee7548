"""The envelope: bytes -> events, each with identity and content, or with the reason why it has no identity (CONTRACT
1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

from shared.kernel.ids import AccountId, account_id
from shared.kernel.nesting import is_deep
from shared.kernel.unique_names import DuplicateMemberError
from shared.posting.decision import Event, event
from shared.use_cases.calls.described_call import NAME_CHARACTERS
from shared.use_cases.usage.content import Content, content_of
from shared.use_cases.usage.message import (
    NOT_AN_OBJECT,
    Parsed,
    decode_base64,
    read_elements,
    read_json,
)
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable

CALL = "credits.usage.call.v1"
_SMS = "credits.usage.sms."

MISSING = "{} is missing, or not text"

ROW = "row"
"""The name under which a marker's result names the row of a file that settled the event."""

_SAME_ROWS = ("urn:credits:teams-pstn:", "urn:credits:graph-pstn:")
"""The `UsageId` of the Teams export is the `id` of the same row in Microsoft Graph: whichever arrives first is booked.
"""


@dataclass(frozen=True)
class Named:
    """An event with an identity: account, source and id. *flaw* is the first error found so far. *row*: the row of a
    file in which it arrived, by the file's receipt.
    """

    account: AccountId
    source: str
    id: str
    data: Mapping[str, Any]
    element: Parsed
    flaw: Unbookable | None = None
    row: str = ""

    @property
    def text(self) -> str:
        """The whole event as text, for suspense."""
        return self.element.text

    @cached_property
    def event(self) -> Event:
        """Its identity and content, for the marker."""
        return self.renamed()

    @cached_property
    def content(self) -> Content:
        """The content in which two deliveries of the same event agree."""
        return content_of(self.account, self.data)

    def renamed(self, *suffix: str) -> Event:
        """The event for something done to this event later: a replay, a conflict, a correction."""
        export, graph = _SAME_ROWS
        source = graph + self.source.removeprefix(export) if self.source.startswith(export) else self.source
        name = ("usage", self.account, source, self.id, *suffix)
        content = self.content
        return event(*name, content=content.text, older=content.older, added=content.added)

    def conflicts(self, *suffix: str) -> tuple[Event, ...]:
        """The events under which this content may be recorded as a conflict, or, with a *suffix*, the outcome of that.
        The name of the first covers the whole content; the second is the one that 0.1.0 uses.
        """
        own = self.event
        names = (f"{own.content}.{own.added}", own.content, *own.older)
        return tuple(self.renamed("".join((f"!{name}", *suffix))) for name in names)


def read_message(body: bytes) -> list[Named | Nameless]:
    """The events of one queue message: one event or an array of them, plain or base64."""
    return [found if isinstance(found, Nameless) else read_event(found) for found in read_elements(body)]


def read_event(parsed: Parsed) -> Named | Nameless:
    """One event's envelope (CloudEvents 1.0, structured mode)."""
    element = parsed.value
    if not isinstance(element, dict):
        return _nameless(parsed, NOT_AN_OBJECT)
    for name in ("type", "source", "id"):
        if not isinstance(element.get(name), str) or not element[name]:
            return _nameless(parsed, Unbookable(Reason.NOT_CLOUDEVENTS, MISSING.format(name)))
    try:
        data = data_of(element)
    except DuplicateMemberError:
        return _nameless(parsed, Unbookable(Reason.UNREADABLE, "data_base64 is not I-JSON"))
    flaw = _flaw_of_envelope(element, data)
    account = _account(data)
    if account is None or _has_long_name(element):
        missing = Unbookable(Reason.INVALID_FIELD, "account: a GUID is required")
        return _nameless(parsed, flaw or missing)
    return Named(account, element["source"], element["id"], data or {}, parsed, flaw)


def _nameless(parsed: Parsed, flaw: Unbookable) -> Nameless:
    raw, element = parsed.text.encode(), parsed.value
    source, name = [element.get(field) for field in ("source", "id")] if isinstance(element, dict) else ("", "")
    if not _is_name(source) or not _is_name(name):
        return Nameless(raw, flaw)
    return Nameless(raw, flaw, source=source, id=name)


def _is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= NAME_CHARACTERS


def _has_long_name(element: Mapping[str, Any]) -> bool:
    """Whether source or id is too long for an identity."""
    return any(len(element[name]) > NAME_CHARACTERS for name in ("source", "id"))


def _flaw_of_envelope(element: Mapping[str, Any], data: Mapping[str, Any] | None) -> Unbookable | None:
    if element.get("specversion") != "1.0":
        return Unbookable(Reason.NOT_CLOUDEVENTS, "specversion is not 1.0")
    for name in ("source", "id"):
        if len(element[name]) > NAME_CHARACTERS:
            return Unbookable(Reason.INVALID_FIELD, f"{name}: longer than {NAME_CHARACTERS} characters")
    if element["type"].startswith(_SMS):
        return Unbookable(Reason.NOT_A_CALL, "a text message is not a call")
    if element["type"] != CALL:
        return Unbookable(Reason.UNKNOWN_TYPE, f"only {CALL} is known")
    if data is None:
        return Unbookable(Reason.NOT_CLOUDEVENTS, "data is missing or not a JSON object")
    return None


def data_of(element: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event's data, also from base64; None when it is no object. Raises `DuplicateMemberError`."""
    data = element.get("data")
    if data is None and isinstance(element.get("data_base64"), str):
        data = _data_in_base64(element["data_base64"])
    return data if isinstance(data, dict) else None


def _data_in_base64(text: str) -> object:
    """The data; None when it is not valid JSON. Raises `DuplicateMemberError`."""
    decoded = decode_base64(text.encode()) if text.isascii() else None
    try:
        data = None if decoded is None else read_json(decoded)
    except DuplicateMemberError:
        raise
    except (ValueError, RecursionError):
        return None
    return None if is_deep(data) else data


def _account(data: Mapping[str, Any] | None) -> AccountId | None:
    try:
        return account_id(data["account"]) if data and isinstance(data.get("account"), str) else None
    except ValueError:
        return None
