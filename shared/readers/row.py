"""What a reader makes of one record: a usage event, a refusal with its reason, or nothing to book, by rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

INVALID_FIELD, NOT_A_CALL, UNREADABLE, UNKNOWN_ACCOUNT = "invalid_field", "not_a_call", "unreadable", "unknown_account"
"""The reasons of refused records (CONTRACT 1)."""

OWN_CARRIER, EMERGENCY, NOT_ANSWERED = "own_carrier", "emergency", "not_answered"
OTHER_LEG, STREAMING, VOIP, QUALITY_RECORD = "other_leg", "streaming", "voip", "quality_record"
IGNORED_REASONS = (OWN_CARRIER, EMERGENCY, NOT_ANSWERED, OTHER_LEG, STREAMING, VOIP, QUALITY_RECORD)
"""Why a record that was understood is not booked; docs/sending-usage.md explains each."""


class RefusedRecordError(Exception):
    """A record gives no usage event. *detail* names the field and never repeats its value (R27)."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class IgnoredRecordError(Exception):
    """A record was understood, and costs nothing by a rule of its format."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnreadableFileError(Exception):
    """The file cannot be read, or not any further; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Usage:
    """A usage event (CONTRACT 1) as a JSON object, its *place* in the file, and the *record* as it stands there."""

    event: Mapping[str, Any]
    place: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that gives no event. *record* is the record itself; None when it cannot be kept."""

    reason: str
    detail: str
    place: str
    record: object = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A record that is not booked, by rule."""

    reason: str
    place: str


Row: TypeAlias = Usage | RefusedRecord | Ignored


@dataclass(frozen=True, slots=True)
class Broken:
    """A part of a file that is no record; *text* is its beginning."""

    detail: str
    text: str = ""
