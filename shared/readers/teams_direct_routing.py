"""`teams-direct-routing`: the export of the Teams admin centre, `DirectRouting.calls.<date>.csv`.

It has no unique column: a correlation id repeats. The identity is a digest of correlation id, type, invite time and
callee.
"""

from collections.abc import Mapping
from typing import Any

from shared.kernel.ids import digest
from shared.readers.csv_records import Columns
from shared.readers.profile import Reading
from shared.readers.teams_calls import TeamsCall, is_true, seconds_between, teams_event
from shared.readers.values import instant_of, required, text_of

COLUMNS = Columns(
    names=(
        ("correlation", ("CorrelationId", "Correlation ID")),
        ("user", ("AAD ObjectId", "User Id", "Object Id")),
        ("location", ("User country", "User Location", "User country or region", "User country code")),
        ("invited", ("Invite time", "Invite Date Time")),
        ("startedAt", ("Start time", "Start Date Time")),
        ("endedAt", ("End time", "End Date Time")),
        ("succeeded", ("Success", "Successful call", "Successful")),
        ("calling", ("Caller Number", "Caller ID")),
        ("called", ("Callee Number", "Destination Number")),
        ("callType", ("Call type",)),
    ),
    needed=("correlation", "callType", "called", "startedAt", "endedAt", "succeeded"),
)


def is_member(name: str) -> bool:
    """Whether a member of a zip file has rows of this format."""
    return name.lower().endswith(".csv") and not name.lower().startswith("pstn")


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one row: end minus start, because the duration includes ringing (since 2022); 0 seconds unless
    the call succeeded.
    """
    row = COLUMNS.fields(record, reading.profile.columns)
    zone = reading.profile.time_zone
    start, end = instant_of(row, zone, "startedAt"), instant_of(row, zone, "endedAt")
    parts = (text_of(row, name) or "" for name in ("callType", "invited", "called"))
    return teams_event(
        TeamsCall(
            id=digest(required(row, "correlation"), *parts)[:32],
            call_type=required(row, "callType"),
            user=text_of(row, "user"),
            calling=text_of(row, "calling"),
            called=text_of(row, "called"),
            started_at=start or instant_of(row, zone, "invited"),
            seconds=seconds_between(start, end) if is_true(row, "succeeded") else 0,
            usage_location=text_of(row, "location"),
        ),
        reading,
    )
