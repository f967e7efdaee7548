"""`acs-call-summary`: call summary logs of Azure Communication Services, one record a participant.

Source: Microsoft's page "Azure Communication Services call summary log schema". The logs have no telephone numbers, so
no record can be priced; a participant on the telephone waits in suspense, where it is seen.
"""

from collections.abc import Mapping
from typing import Any

from shared.readers.profile import Reading
from shared.readers.row import NOT_A_CALL, VOIP, IgnoredRecordError, RefusedRecordError
from shared.readers.values import instant_of, required, seconds_of, started, text_of

_DIRECTIONS = {"inbound": "in", "outbound": "out"}


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one participant, without a called number. Participants without a telephone cost nothing."""
    inner = record.get("properties")
    row = {**record, **inner} if isinstance(inner, Mapping) else dict(record)
    if (text_of(row, "category", "Type", "operationName") or "CallSummary").lower() not in _CALL_SUMMARIES:
        raise RefusedRecordError(NOT_A_CALL, "category: the record is no call summary")
    if (text_of(row, "endpointType", "EndpointType") or "").upper() != "PSTN":
        raise IgnoredRecordError(VOIP)
    resource = text_of(row, "resourceId", "_ResourceId") or ""
    system = resource.rstrip("/").rpartition("/")[2].lower()
    participant = text_of(row, "participantId", "ParticipantId") or required(row, "endpointId", "EndpointId")
    user = text_of(row, "identifier", "Identifier")
    direction = (text_of(row, "pstnParticipantCallType", "PstnParticipantCallType") or "").lower()
    data = {
        "account": reading.account_for(resource, resource.lower(), system),
        "user": user,
        "direction": _DIRECTIONS.get(direction),
        "service": "user" if user else reading.profile.service,
        "startedAt": started(
            instant_of(row, reading.profile.time_zone, "participantStartTime", "ParticipantStartTime"),
            "participantStartTime",
        ),
        "durationSeconds": seconds_of(row, "participantDuration", "ParticipantDuration"),
    }
    name = f"{required(row, 'correlationId', 'CorrelationId')}/{participant}"
    return reading.event(system or "default", name, data)


_CALL_SUMMARIES = frozenset({"callsummary", "acscallsummary"})
