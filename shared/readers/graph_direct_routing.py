"""`graph-direct-routing`: rows of Microsoft Graph's getDirectRoutingCalls (directRoutingLogRow).

`duration` is not used: since 2022 it is documented as the time from the invite to the end, ringing included.
"""

from collections.abc import Mapping
from typing import Any

from shared.readers.profile import Reading
from shared.readers.teams_calls import TeamsCall, is_true, seconds_between, teams_event
from shared.readers.values import instant_of, required, text_of


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one row: end minus start, and 0 seconds if the row says that the call failed."""
    zone = reading.profile.time_zone
    start, end = instant_of(record, zone, "startDateTime"), instant_of(record, zone, "endDateTime")
    return teams_event(
        TeamsCall(
            id=required(record, "id"),
            call_type=required(record, "callType"),
            user=text_of(record, "userId"),
            calling=text_of(record, "callerNumber"),
            called=text_of(record, "calleeNumber"),
            started_at=start or instant_of(record, zone, "inviteDateTime"),
            seconds=seconds_between(start, end) if is_true(record, "successfulCall", by_default=True) else 0,
            usage_location=text_of(record, "userCountryCode"),
        ),
        reading,
    )
