"""A call's record as a row. Commits may be recorded twice or out of order, so a row keeps from which commit each part
of it is: what the booking says, and what a later correction changes of it.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from shared.ledger.call_record import CallRecord
from shared.ports import Row, Value
from shared.ports.call_records import StoredCall

GONE = "isGone"

_ENCODER = json.JSONEncoder(separators=(",", ":"))


def name_of(record: CallRecord) -> str:
    """The row's key: the start, then the event."""
    return f"{record.started_at.astimezone(UTC):%Y%m%d%H%M%S%f}-{record.key}"


def merged(values: Mapping[str, Value], sequence: int, record: CallRecord) -> Mapping[str, Value]:
    """The row's *values* after the commit *sequence*; the same object if a later commit has said the same part."""
    if record.numbers is None:
        if int(values.get("patched", 0)) >= sequence:
            return values
        patch = {**record.facts, **({GONE: True} if record.is_gone else {})}
        return {**values, "patched": sequence, "patch": _ENCODER.encode(patch)}
    if int(values.get("sequence", 0)) >= sequence:
        return values
    numbers = _ENCODER.encode(dict(record.numbers)) if record.numbers else ""
    return {**values, "sequence": sequence, "facts": _ENCODER.encode(dict(record.facts)), "numbers": numbers}


def without_numbers(record: CallRecord) -> CallRecord:
    """The record of a call whose numbers are no longer kept."""
    return replace(record, numbers={}) if record.numbers else record


def stored_of(row: Row) -> StoredCall | None:
    """The call in a row; None for one that was recorded under another start since, or that is not recorded yet."""
    values = row.values
    if "facts" not in values:
        return None
    facts = json.loads(str(values["facts"]))
    if int(values.get("patched", 0)) > int(values["sequence"]):
        facts |= json.loads(str(values["patch"]))
    if facts.pop(GONE, False):
        return None
    numbers = json.loads(str(values["numbers"])) if values["numbers"] else {}
    started_at = datetime.strptime(row.key.split("-")[0], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    return StoredCall(row.key, started_at, facts, numbers)
