"""`cucm-csv`: call detail records of Cisco Unified Communications Manager.

A file has two heading rows, names and SQL types, and sometimes only the second. Recording, transfers and conferences
add rows that were never connected.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.readers.csv_records import Cells, of_one_form
from shared.readers.profile import Reading
from shared.readers.row import (
    NOT_ANSWERED,
    QUALITY_RECORD,
    Broken,
    IgnoredRecordError,
    UnreadableFileError,
)
from shared.readers.values import epoch_of, number_of, required, seconds_of, started, text_of

_POSITIONS: Mapping[int, str] = {
    0: "cdrRecordType",
    8: "callingPartyNumber",
    9: "callingPartyUnicodeLoginUserID",
    30: "finalCalledPartyNumber",
    31: "finalCalledPartyUnicodeLoginUserID",
    47: "dateTimeConnect",
    50: "pkid",
    51: "originalCalledPartyNumberPartition",
    52: "callingPartyNumberPartition",
    53: "finalCalledPartyNumberPartition",
    55: "duration",
    56: "origDeviceName",
    57: "destDeviceName",
    65: "globalCallId_ClusterID",
}
"""Where the columns stand that are read, in every version since 8: for files without the row of names."""

_TYPES = ("INTEGER", "VARCHAR", "UNIQUEIDENTIFIER")
_PHONES = ("SEP", "CSF", "TCT", "BOT", "TAB", "ATA", "AN", "VG", "CTI", "UDP", "RDP")
"""How the names of devices of people begin; others are gateways and trunks."""

_CALL_RECORD = "1"


def named(rows: Iterator[Cells]) -> Iterator[tuple[str, object]]:
    """Place and record by column. UnreadableFileError as `of_one_form` says."""
    return of_one_form(_named(rows))


def _named(rows: Iterator[Cells]) -> Iterator[tuple[str, object]]:
    titles: Sequence[str] | None = None
    for number, row in enumerate(rows):
        place, cells = f"line {row.line}", row.cells
        if isinstance(cells, Broken):
            yield place, cells
        elif "pkid" in cells:
            titles = [title.strip() for title in cells]
        elif cells[0].startswith(_TYPES):
            continue
        elif titles is None and len(cells) <= max(_POSITIONS):
            if number == 0:
                raise UnreadableFileError("the file has no heading row of CUCM")
            yield place, Broken("fewer columns than a call record", ",".join(cells)[:1_000])
        elif titles is None:
            yield place, {name: cells[at] for at, name in _POSITIONS.items()}
        else:
            yield place, dict(zip(titles, cells, strict=False))


def read(record: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """The usage event of one row. A call between two phones of the cluster is inbound, and so free."""
    if (text_of(record, "cdrRecordType") or _CALL_RECORD) != _CALL_RECORD:
        raise IgnoredRecordError(QUALITY_RECORD)
    pkid = required(record, "pkid").lower()
    required(record, "dateTimeConnect")
    connected = epoch_of(record, "dateTimeConnect")
    if connected is None:
        raise IgnoredRecordError(NOT_ANSWERED)
    cluster = text_of(record, "globalCallId_ClusterID") or "default"
    partitions = ("callingPartyNumberPartition", "finalCalledPartyNumberPartition")
    account = reading.account_for(*(text_of(record, name) for name in partitions), cluster)
    direction = "in" if _is_phone(record, "destDeviceName") else "out"
    caller, callee = text_of(record, "callingPartyUnicodeLoginUserID"), None
    if direction == "in":
        callee = text_of(record, "finalCalledPartyUnicodeLoginUserID")
    user = callee or caller
    country = reading.country_of(account)
    data = {
        "account": account,
        "user": user,
        "direction": direction,
        "service": "user" if user else reading.profile.service,
        "calling": number_of(text_of(record, "callingPartyNumber"), country),
        "called": number_of(required(record, "finalCalledPartyNumber"), country),
        "startedAt": started(connected, "dateTimeConnect"),
        "durationSeconds": seconds_of(record, "duration"),
    }
    return reading.event(cluster, pkid, data)


def _is_phone(record: Mapping[str, Any], name: str) -> bool:
    return (text_of(record, name) or "").upper().startswith(_PHONES)
