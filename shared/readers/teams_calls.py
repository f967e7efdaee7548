"""Call types of Microsoft Teams, and the usage event of a Teams call; used by its export and by Microsoft Graph.

Source: Microsoft's pages "PSTN usage report" and "pstnCallLogRow resource type".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.readers.profile import Reading
from shared.readers.row import (
    EMERGENCY,
    INVALID_FIELD,
    NOT_A_CALL,
    OWN_CARRIER,
    IgnoredRecordError,
    RefusedRecordError,
)
from shared.readers.values import country_code, number_of, required, started, text_of

USER, CONFERENCE, VOICE_APPLICATION, NOBODY = "user", "conference", "voiceApplication", "nobody"
_SMS = "sms"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_KINDS = {
    "userin": ("in", USER),
    "userout": ("out", USER),
    "useroutconf": ("out", USER),
    "userouttransfer": ("out", USER),
    "useroutforwarding": ("out", USER),
    "confin": ("in", CONFERENCE),
    "confout": ("out", CONFERENCE),
    "ucapin": ("in", VOICE_APPLICATION),
    "ucapout": ("out", VOICE_APPLICATION),
    "unassignedin": ("in", NOBODY),
}
_OPERATOR_CONNECT = {**_KINDS, "fmcin": ("in", USER), "fmcout": ("out", USER)}
_DIRECT_ROUTING = {
    "in": ("in", USER),
    "out": ("out", USER),
    "outuserconf": ("out", USER),
    "outuserforwarding": ("out", USER),
    "outusertransfer": ("out", USER),
    "inbot": ("in", VOICE_APPLICATION),
    "outbot": ("out", VOICE_APPLICATION),
    "inucap": ("in", VOICE_APPLICATION),
    "outucap": ("out", VOICE_APPLICATION),
    "unassignedin": ("in", NOBODY),
}


@dataclass(frozen=True, slots=True)
class TeamsCall:
    """A call as the export and Graph report it; every text as it stands there. *is_own_carrier*: over a carrier with
    which the organisation has its own contract (Direct Routing, Operator Connect).
    """

    id: str
    call_type: str
    user: str | None
    calling: str | None
    called: str | None
    started_at: datetime | None
    seconds: int
    capability: str | None = None
    usage_location: str | None = None


def teams_event(call: TeamsCall, reading: Reading) -> dict[str, Any]:
    """The usage event of *call*. Raises `RefusedRecordError` for a call type that is unknown, `IgnoredRecordError` for
    an emergency call, which is never charged (R13), and for the organisation's own carrier.

    The start is cut to whole seconds, because the export may show fewer digits than Graph; otherwise a call that
    arrives by both ways would be a conflict with itself.
    """
    direction, kind = _kind_of(call.call_type, reading)
    account = reading.account_for()
    location = country_code(call.usage_location)
    country = location or reading.country_of(account)
    at = call.started_at.replace(microsecond=0) if call.started_at else None
    data = {
        "account": account,
        "user": call.user.lower() if call.user and kind in {USER, CONFERENCE} else None,
        "direction": direction,
        "service": kind if kind in {USER, CONFERENCE} else reading.profile.service,
        "calling": number_of(call.calling, country),
        "called": number_of(call.called, country),
        "startedAt": started(at, "start time"),
        "durationSeconds": call.seconds,
        "capability": call.capability,
        "usageLocation": location,
    }
    return reading.event(account, _row_id(call.id), data)


def _row_id(written: str) -> str:
    """The id of a row. A GUID in capitals names the same row as in small letters (RFC 9562, 4)."""
    return written.lower() if _GUID.fullmatch(written) else written


def call_type_of(row: Mapping[str, Any]) -> str:
    """The call type of a row of the log that has text messages, too; those have a type of message, or are named so.
    Raises `RefusedRecordError`.
    """
    found = text_of(row, "callType")
    if _SMS in (found or "").lower() or (found is None and any(_SMS in name.lower() for name in row)):
        raise RefusedRecordError(NOT_A_CALL, "a text message is not a call")
    return found or required(row, "callType")


def _kind_of(raw: str, reading: Reading) -> tuple[str, str]:
    """Direction and kind. Graph writes `ByotOut`, the export `dr_out`, the documentation `Dr_Out`."""
    name = raw.lower().replace("_", "").replace("byot", "dr")
    if "emergency" in name:
        raise IgnoredRecordError(EMERGENCY)
    for prefix, kinds in (("oc", _OPERATOR_CONNECT), ("dr", _DIRECT_ROUTING)):
        if name.startswith(prefix) and name.removeprefix(prefix) in kinds:
            if not reading.profile.own_carrier:
                raise IgnoredRecordError(OWN_CARRIER)
            return kinds[name.removeprefix(prefix)]
    if name not in _KINDS:
        raise RefusedRecordError(INVALID_FIELD, "callType: unknown")
    return _KINDS[name]


def seconds_between(start: datetime | None, end: datetime | None) -> int:
    """Whole seconds from *start* to *end*, a part of a second as a whole one; 0 when one is missing or end is first."""
    if start is None or end is None or end <= start:
        return 0
    return -(-(end - start) // timedelta(seconds=1))


def is_true(record: Mapping[str, Any], name: str, *, by_default: bool = False) -> bool:
    """Whether a field says yes: a JSON true, or the export's `Yes` or `True`. *by_default*: if it is missing."""
    found = record.get(name)
    return by_default if found is None else str(found).strip().lower() in {"true", "yes", "1"}
