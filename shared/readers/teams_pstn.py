"""`teams-pstn`: the export of the Teams admin centre, `PSTN.calls.<date>.csv`, alone or in its zip file.

Titles changed between editions, so columns are found by title. `UsageId` is the identity, and is the `id` of the same
row in Microsoft Graph.
"""

from collections.abc import Mapping
from typing import Any

from shared.readers.csv_records import Columns
from shared.readers.profile import Reading
from shared.readers.teams_calls import TeamsCall, call_type_of, teams_event
from shared.readers.values import instant_of, required, seconds_of, text_of

COLUMNS = Columns(
    names=(
        ("id", ("UsageId", "Usage ID", "Id")),
        ("user", ("AAD ObjectId", "User Id", "Object Id", "Azure AD Object Id", "Entra Object Id")),
        ("calling", ("Caller ID", "Caller Number", "Calling Number")),
        ("callType", ("Call Type",)),
        ("called", ("Destination Number", "Callee Number", "Called Number")),
        ("startedAt", ("Start Time", "Start Date Time", "Start Time (UTC)")),
        ("seconds", ("Duration Seconds", "Duration (seconds)", "Duration", "Duration in seconds", "Call Duration")),
        ("capability", ("Capability", "License Capability", "Licence Capability")),
        ("location", ("User Location", "User country", "User country or region", "Usage Country Code")),
    ),
    needed=("id", "callType", "called", "startedAt", "seconds"),
)


def is_member(name: str) -> bool:
    """Whether a member of a zip file has rows of this format."""
    return name.lower().endswith(".csv") and not name.lower().startswith("directrouting")


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one row. The called number is `Destination Number`; `Destination Dialed` is a country."""
    row = COLUMNS.fields(record, reading.profile.columns)
    call_type = call_type_of(row)
    return teams_event(
        TeamsCall(
            id=required(row, "id"),
            call_type=call_type,
            user=text_of(row, "user"),
            calling=text_of(row, "calling"),
            called=text_of(row, "called"),
            started_at=instant_of(row, reading.profile.time_zone, "startedAt"),
            seconds=seconds_of(row, "seconds"),
            capability=text_of(row, "capability"),
            usage_location=text_of(row, "location"),
        ),
        reading,
    )
