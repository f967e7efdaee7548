"""`graph-pstn`: rows of Microsoft Graph's getPstnCalls (pstnCallLogRow).

The row is the unit and `id` its identity: one `callId` was seen on two rows. Rows get further fields from edition to
edition, so only what this reader takes is compared.
"""

from collections.abc import Mapping
from typing import Any

from shared.readers.profile import Reading
from shared.readers.teams_calls import TeamsCall, call_type_of, teams_event
from shared.readers.values import instant_of, required, seconds_of, text_of


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one row. Both directions are rated by `calleeNumber`."""
    call_type = call_type_of(record)
    return teams_event(
        TeamsCall(
            id=required(record, "id"),
            call_type=call_type,
            user=text_of(record, "userId"),
            calling=text_of(record, "callerNumber"),
            called=text_of(record, "calleeNumber"),
            started_at=instant_of(record, reading.profile.time_zone, "startDateTime"),
            seconds=seconds_of(record, "duration"),
            capability=text_of(record, "licenseCapability"),
            usage_location=text_of(record, "usageCountryCode"),
        ),
        reading,
    )
