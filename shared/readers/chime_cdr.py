"""`chime-cdr`: Amazon Chime's call detail records: Voice Connector, SIP media application, Business Calling.

Source: Amazon Chime SDK administration guide, "Managing global settings", and developer guide.
"""

from collections.abc import Mapping
from typing import Any

from shared.readers.profile import Reading
from shared.readers.row import INVALID_FIELD, STREAMING, IgnoredRecordError, RefusedRecordError
from shared.readers.values import epoch_of, number_of, required, seconds_of, started, text_of

_SYSTEMS = ("VoiceConnectorId", "SipApplicationId", "ChimeAccountId", "AwsAccountId")
_DIRECTIONS = {"outbound": "out", "inbound": "in"}


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one record, with the seconds that Amazon bills.

    A streaming record (`…-SDRs/`) has the transaction's id of a call and is not a call. A call that was also streamed
    says `"Streaming": true` and is one.
    """
    if "streaming" in (text_of(record, "UsageType") or "").lower():
        raise IgnoredRecordError(STREAMING)
    system = required(record, *_SYSTEMS)
    account = reading.account_for(*(text_of(record, name) for name in _SYSTEMS))
    direction = _DIRECTIONS.get(required(record, "Direction").lower())
    if direction is None:
        raise RefusedRecordError(INVALID_FIELD, "Direction: Inbound or Outbound")
    organiser = text_of(record, "OrganizerUserId")
    data = {
        "account": account,
        "user": organiser,
        "direction": direction,
        "service": "conference" if organiser or text_of(record, "ConferenceId") else reading.profile.service,
        "calling": _number(text_of(record, "SourcePhoneNumber", "CallerPhoneNumber")),
        "called": _number(required(record, "DestinationPhoneNumber")),
        "startedAt": started(
            epoch_of(record, "StartTimeEpochSeconds", "TimeStampEpochSeconds"), "StartTimeEpochSeconds"
        ),
        "durationSeconds": seconds_of(record, "BillableDurationSeconds"),
    }
    return reading.event(system, _identity(record), data)


def _identity(record: Mapping[str, Any]) -> str:
    """A SIP media application's transaction may have several calls."""
    if text_of(record, "SipApplicationId"):
        return f"{required(record, 'TransactionId')}/{required(record, 'CallId')}"
    return required(record, "TransactionId", "CdrId")


def _number(text: str | None) -> str | None:
    """SIP media applications write international numbers without their plus."""
    return number_of(f"+{text}" if text and text.isdecimal() and len(text) > 6 else text, None)  # noqa: PLR2004 - a longer one is not short
