"""`twilio-calls`: Call resources of Twilio's REST API, one or a page. Source: twilio-oai, twilio_api_v2010.

Each leg has its own `sid` and its own price. Only `completed` calls are billed, by `duration`; the dates can span more.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from shared.readers.profile import Reading
from shared.readers.row import INVALID_FIELD, NOT_A_CALL, NOT_ANSWERED, IgnoredRecordError, RefusedRecordError
from shared.readers.values import instant_of, number_of, required, seconds_of, started, text_of

_DIRECTIONS = {
    "inbound": "in",
    "trunking-originating": "in",
    "outbound-api": "out",
    "outbound-dial": "out",
    "trunking-terminating": "out",
}
_CLIENT = "client:"


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one call."""
    sid = text_of(record, "sid") or ""
    if not sid.startswith("CA"):
        raise RefusedRecordError(NOT_A_CALL, "sid: the record is no Call resource")
    system = required(record, "account_sid")
    account = reading.account_for(system, text_of(record, "phone_number_sid"), text_of(record, "trunk_sid"))
    if required(record, "status").lower() != "completed":
        raise IgnoredRecordError(NOT_ANSWERED)
    direction = _DIRECTIONS.get(required(record, "direction").lower())
    if direction is None:
        raise RefusedRecordError(INVALID_FIELD, "direction: unknown")
    caller = text_of(record, "from")
    user = caller.removeprefix(_CLIENT) if caller and caller.startswith(_CLIENT) else None
    data = {
        "account": account,
        "user": user,
        "direction": direction,
        "service": "user" if user else reading.profile.service,
        "calling": number_of(caller, None),
        "called": number_of(required(record, "to"), None),
        "startedAt": started(_start(record, reading.profile.time_zone), "start_time"),
        "durationSeconds": seconds_of(record, "duration"),
    }
    return reading.event(system, sid, data)


def _start(record: Mapping[str, Any], zone: str) -> datetime | None:
    """RFC 2822, as the API writes times; ISO 8601 from other exports."""
    text = required(record, "start_time")
    if not text[:1].isalpha():
        return instant_of(record, zone, "start_time")
    try:
        at = parsedate_to_datetime(text)
    except ValueError as error:
        raise RefusedRecordError(INVALID_FIELD, "start_time: a date of RFC 2822") from error
    if at.tzinfo is None:  # an offset of -0000 means UTC whose zone is not known
        at = at.replace(tzinfo=UTC)
    return at.astimezone(UTC)
