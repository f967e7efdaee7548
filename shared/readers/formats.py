"""The formats that are read (CONTRACT 6): their files, and their single records."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any, BinaryIO, TypeAlias

from shared.kernel.nesting import is_deep
from shared.readers import (
    acs_call_summary,
    asterisk_csv,
    chime_cdr,
    cloud_events,
    csv_calls,
    cucm_csv,
    freeswitch_json,
    graph_direct_routing,
    graph_pstn,
    teams_direct_routing,
    teams_pstn,
    twilio_calls,
)
from shared.readers.archive import is_zip, members
from shared.readers.csv_records import Cells, Columns, rows_of, titled
from shared.readers.json_records import json_records
from shared.readers.profile import Profile, Reading
from shared.readers.row import (
    NOT_A_CALL,
    UNREADABLE,
    Broken,
    Ignored,
    IgnoredRecordError,
    RefusedRecord,
    RefusedRecordError,
    Row,
    Usage,
)

ReadRecord: TypeAlias = Callable[[Mapping[str, Any], Reading], Mapping[str, Any]]
Records: TypeAlias = Iterator[tuple[str, object]]
"""The place in the file, and the record or what is `Broken` there."""


@dataclass(frozen=True, slots=True)
class Format:
    """How records are read (*read*), and how a file is taken apart into records (*records*)."""

    read: ReadRecord
    records: Callable[[BinaryIO, Profile], Records]


def _json(file: BinaryIO, profile: Profile) -> Records:
    return json_records(file, profile.encoding)


def _table(named: Callable[[Iterator[Cells]], Records]) -> Callable[[BinaryIO, Profile], Records]:
    def records(file: BinaryIO, profile: Profile) -> Records:
        return named(rows_of(file, profile.encoding))

    return records


def _titled(columns: Columns, is_member: Callable[[str], bool]) -> Callable[[BinaryIO, Profile], Records]:
    """A file with titles, or a zip file of such files."""

    def records(file: BinaryIO, profile: Profile) -> Records:
        if not is_zip(file):
            yield from titled(rows_of(file, profile.encoding), columns, profile.columns)
            return
        for name, member in members(file, is_member):
            for place, record in titled(rows_of(member, profile.encoding), columns, profile.columns):
                yield f"{name}, {place}", record

    return records


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv")


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "teams-pstn": Format(teams_pstn.read, _titled(teams_pstn.COLUMNS, teams_pstn.is_member)),
        "teams-direct-routing": Format(
            teams_direct_routing.read, _titled(teams_direct_routing.COLUMNS, teams_direct_routing.is_member)
        ),
        "graph-pstn": Format(graph_pstn.read, _json),
        "graph-direct-routing": Format(graph_direct_routing.read, _json),
        "acs-call-summary": Format(acs_call_summary.read, _json),
        "chime-cdr": Format(chime_cdr.read, _json),
        "twilio-calls": Format(twilio_calls.read, _json),
        "asterisk-csv": Format(asterisk_csv.read, _table(asterisk_csv.named)),
        "freeswitch-json": Format(freeswitch_json.read, _json),
        "cucm-csv": Format(cucm_csv.read, _table(cucm_csv.named)),
        "cloudevents": Format(cloud_events.read, _json),
        "csv": Format(csv_calls.read, _titled(csv_calls.COLUMNS, _is_csv)),
    }
)


def read_record(record: object, place: str, reading: Reading) -> Row:
    """What one record is. It never raises: a record that cannot be read is `RefusedRecord`."""
    if isinstance(record, Broken):
        return RefusedRecord(UNREADABLE, record.detail, place, record.text or None)
    if not isinstance(record, Mapping):
        return RefusedRecord(NOT_A_CALL, "a record is a JSON object", place, None if is_deep(record) else record)
    if is_deep(record):
        return RefusedRecord(UNREADABLE, "nested too deeply", place)
    try:
        return Usage(FORMATS[reading.format].read(record, reading), place, record)
    except IgnoredRecordError as ignored:
        return Ignored(ignored.reason, place)
    except RefusedRecordError as refused:
        return RefusedRecord(refused.reason, refused.detail, place, record)


def read_records(records: Iterable[object], reading: Reading) -> Iterator[Row]:
    """What each of *records* is, in order."""
    for number, record in enumerate(records, start=1):
        yield read_record(record, f"record {number}", reading)


def read_file(file: BinaryIO, reading: Reading, start: int = 0) -> Generator[Row, None, None]:
    """What the records of a file are, in order, from number *start* (0 is the first). The file is read in bounded
    memory and must be seekable. UnreadableFileError where it cannot be read, or not any further.
    """
    for place, record in islice(FORMATS[reading.format].records(file, reading.profile), start, None):
        yield read_record(record, place, reading)
