"""`csv`: the fields of a usage event as titles (CONTRACT 1), or any titles that a profile's columns name."""

from collections.abc import Mapping
from typing import Any

from shared.kernel.ids import digest
from shared.readers.csv_records import Columns
from shared.readers.profile import Reading
from shared.readers.values import instant_of, number_of, seconds_of, started, text_of

_FIELDS = ("source", "id", "account", "user", "direction", "service", "calling", "called")
_FURTHER = ("startedAt", "durationSeconds", "capability", "usageLocation", "leg")

COLUMNS = Columns(
    names=tuple((name, (name,)) for name in (*_FIELDS, *_FURTHER)),
    needed=("called", "direction", "startedAt", "durationSeconds"),
)


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one row. Without an id, a row is known by its content: the same row twice is one call."""
    row = COLUMNS.fields(record, reading.profile.columns)
    named = text_of(row, "account")
    account = reading.account_for(named, named=None if named in reading.profile.account_of else named)
    location = text_of(row, "usageLocation")
    country = location or reading.country_of(account)
    user = text_of(row, "user")
    data = {
        "account": account,
        "user": user,
        "direction": (text_of(row, "direction") or "").lower() or None,
        "service": text_of(row, "service") or ("user" if user else reading.profile.service),
        "calling": number_of(text_of(row, "calling"), country),
        "called": number_of(text_of(row, "called"), country),
        "startedAt": started(instant_of(row, reading.profile.time_zone, "startedAt"), "startedAt"),
        "durationSeconds": seconds_of(row, "durationSeconds"),
        "capability": text_of(row, "capability"),
        "usageLocation": location,
        "leg": text_of(row, "leg"),
    }
    name = text_of(row, "id") or digest(*(f"{key}={value}" for key, value in data.items()))[:32]
    return reading.event(text_of(row, "source") or "default", name, data)
