"""The formats that are read (CONTRACT 6), and reading of single records."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from shared.readers import chime_cdr, graph_direct_routing, graph_pstn
from shared.readers.profile import Reading
from shared.readers.row import (
    NOT_A_CALL,
    Ignored,
    IgnoredRecordError,
    Refused,
    RefusedRecordError,
    Row,
    Usage,
)

ReadRecord: TypeAlias = Callable[[Mapping[str, Any], Reading], Mapping[str, Any]]

FORMATS: Mapping[str, ReadRecord] = MappingProxyType(
    {
        "graph-pstn": graph_pstn.read,
        "graph-direct-routing": graph_direct_routing.read,
        "chime-cdr": chime_cdr.read,
    }
)


def read_record(record: object, place: str, reading: Reading) -> Row:
    """What one record is. It never raises: a record that cannot be read is `Refused`."""
    if not isinstance(record, Mapping):
        return Refused(NOT_A_CALL, "a record is a JSON object", place, record)
    try:
        return Usage(FORMATS[reading.format](record, reading), place)
    except IgnoredRecordError as ignored:
        return Ignored(ignored.reason, place)
    except RefusedRecordError as refused:
        return Refused(refused.reason, refused.detail, place, record)


def read_records(records: Iterable[object], reading: Reading) -> Iterator[Row]:
    """What each of *records* is, in order."""
    for number, record in enumerate(records, start=1):
        yield read_record(record, f"record {number}", reading)
