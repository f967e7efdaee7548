"""An entity-group transaction on the wire: what is sent to `$batch`, and what its answer says.

Written out here because the SDK makes a request object and an e-mail message of every row, and parses the answer with
`email.parser`: ten times the processor time, and more than all else that a debit takes (docs/performance.md). A test
holds what is sent against what the SDK would send. Source of the format: "Performing entity group transactions" of the
Table service's REST API.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

from shared.ports import Create, Delete, Replace, Upsert, Value, Write

_ENCODER = json.JSONEncoder(separators=(",", ":"))

_PART = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
_HEADERS = "Accept: application/json;odata=minimalmetadata\r\nDataServiceVersion: 3.0\r\n"
_NO_ECHO = "Prefer: return-no-content\r\n"
"""Without it an insert answers with the whole row."""

_ETAG = re.compile(rb"^ETag: *([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_ERROR = re.compile(rb"\{.*\}", re.DOTALL)
_INDEX = re.compile(r"(\d+):")
_FAILED = 300
"""The first status that is no success."""


@dataclass(frozen=True, slots=True)
class Body:
    """A request's body and its Content-Type."""

    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """What the storage holds against a transaction: *index* is the write at fault."""

    status: int
    code: str
    index: int
    words: str


def body_of(table: str, partition: str, writes: Sequence[Write]) -> Body:
    """The request that applies *writes* to rows of *partition*, all or none. *table* is the table's address."""
    batch, changes = f"batch_{uuid4()}", f"changeset_{uuid4()}"
    parts = [f"--{changes}\r\n{_PART}{_request(table, partition, write)}\r\n" for write in writes]
    text = (
        f"--{batch}\r\nContent-Type: multipart/mixed; boundary={changes}\r\n\r\n"
        f"{''.join(parts)}--{changes}--\r\n\r\n--{batch}--\r\n"
    )
    return Body(f"multipart/mixed; boundary={batch}", text.encode("ascii"))


def _request(table: str, partition: str, write: Write) -> str:
    """One row's request. JSON is ASCII, so a character is a byte."""
    match write:
        case Create(key, values):
            return f"POST {table} HTTP/1.1\r\n{_NO_ECHO}{_HEADERS}{_content(partition, key, values)}"
        case Upsert(key, values):
            return f"PUT {_row(table, partition, key)} HTTP/1.1\r\n{_HEADERS}{_content(partition, key, values)}"
        case Replace(key, values, etag):
            guard = f"If-Match: {etag}\r\n{_HEADERS}"
            return f"PUT {_row(table, partition, key)} HTTP/1.1\r\n{guard}{_content(partition, key, values)}"
        case Delete(key, etag):
            return f"DELETE {_row(table, partition, key)} HTTP/1.1\r\nIf-Match: {etag}\r\n{_HEADERS}\r\n"


def _row(table: str, partition: str, key: str) -> str:
    """A row's address: quotes inside a key are doubled, and everything special is escaped."""
    names = (quote(name.replace("'", "''"), safe="") for name in (partition, key))
    return "{}(PartitionKey='{}',RowKey='{}')".format(table, *names)


def _content(partition: str, key: str, values: Mapping[str, Value]) -> str:
    """The row itself. Whole numbers are Int64 explicitly, and then written as text; a plain one would be Int32."""
    row: dict[str, Value] = {"PartitionKey": partition, "RowKey": key}
    for name, value in values.items():
        if isinstance(value, int) and not isinstance(value, bool):
            row[name], row[f"{name}@odata.type"] = str(value), "Edm.Int64"
        else:
            row[name] = value
    text = _ENCODER.encode(row)
    return f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}\r\n"


def etags_of(answer: bytes) -> list[str] | Failure:
    """The rows' new ETags in the order of the writes ("" for a deleted one), or why nothing was applied. Raises as
    `failure_of` does.
    """
    etags = []
    for part in answer.split(b"\nHTTP/1.1 ")[1:]:
        status = int(part[:3])
        if status >= _FAILED:
            return failure_of(status, part)
        found = _ETAG.search(part)
        etags.append(found.group(1).decode() if found else "")
    return etags


def failure_of(status: int, part: bytes) -> Failure:
    """Read an error, of one row or of the whole request; its message begins with the row's number. Raises ValueError,
    LookupError or TypeError when it is none.
    """
    found = _ERROR.search(part)
    if found is None:
        return Failure(status, "", 0, "")
    error = json.loads(found.group())["odata.error"]
    words = str(error["message"]["value"]).partition("\n")[0]
    index = _INDEX.match(words)
    return Failure(status, str(error["code"]), int(index.group(1)) if index else 0, words)
