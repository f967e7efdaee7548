"""A transaction as the bytes of one `$batch` request, equal to those of azure-data-tables at a fraction of the cost.

azure-data-tables builds a request object and an e-mail message for every row. Here a row is one formatted string. Tests
compare the bytes with those of azure-data-tables (tests/adapters/test_batch_request.py, `./dev prove wire`). The format
is "Performing entity group transactions" of the Table service's REST API.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring_ascii as json_string
from urllib.parse import quote
from uuid import uuid4

from shared.ports import Create, Delete, Replace, Upsert, Value, Write

WRITES_MAX = 100

_ETAG = re.compile(r'W/"[!-~]*"')
"""The form of every ETag of the Table service. azure-data-tables puts others in quotes before it sends them."""

_KEYS = frozenset({"PartitionKey", "RowKey"})

_METADATA = "application/json;odata=minimalmetadata"


class NotEncodedError(Exception):
    """A transaction that this module does not encode, because the port or the Table service does not allow it."""


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """The body of a request to `$batch`, and its Content-Type."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """The address of a table, and the version of the Table service's API that its requests name."""

    table: str
    api_version: str


def batch_request(target: Target, partition: str, writes: Sequence[Write], now: str) -> BatchRequest:
    """The request that applies *writes* to rows of *partition*, all or none; *now* is an HTTP date.

    Raises `NotEncodedError`.
    """
    if not 1 <= len(writes) <= WRITES_MAX:
        raise NotEncodedError
    changes, batch = f"changeset_{uuid4()}", f"batch_{uuid4()}"
    parts = _Parts(target, partition, changes, now)
    encoded = "".join(parts.part(number, write) for number, write in enumerate(writes))
    text = (
        f"--{batch}\r\nContent-Type: multipart/mixed; boundary={changes}\r\n\r\n"
        f"{encoded}--{changes}--\r\n\r\n--{batch}--\r\n"
    )
    return BatchRequest(f"multipart/mixed; boundary={batch}", text.encode("ascii"))


class _Parts:
    """The parts of one request: what all of them have in common is formatted once."""

    def __init__(self, target: Target, partition: str, boundary: str, now: str) -> None:
        self._table = target.table
        self._keys = f'{{"PartitionKey": {_string(partition)}, "PartitionKey@odata.type": "Edm.String", "RowKey": '
        self._rows = f"{target.table}(PartitionKey='{quoted(partition)}',RowKey='"
        self._begin = f"--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
        self._version = f"x-ms-version: {target.api_version}\r\nDataServiceVersion: 3.0\r\nAccept: "
        self._end = f"x-ms-date: {now}\r\nDate: {now}\r\n\r\n"

    def part(self, number: int, write: Write) -> str:
        """One write. JSON is written in ASCII, so that a character is a byte."""
        begin = f"{self._begin}Content-ID: {number}\r\n\r\n"
        match write:
            case Create(key, values):
                return f"{begin}POST {self._table} HTTP/1.1\r\n{self._row(key, values, _METADATA)}"
            case Upsert(key, values):
                return f"{begin}PUT {self._address(key)} HTTP/1.1\r\n{self._row(key, values, 'application/json')}"
            case Replace(key, values, etag):
                accept = f"application/json\r\n{_if_match(etag)}"
                return f"{begin}PUT {self._address(key)} HTTP/1.1\r\n{self._row(key, values, accept)}"
            case Delete(key, etag):
                accept = f"{_METADATA}\r\n{_if_match(etag)}"
                return f"{begin}DELETE {self._address(key)} HTTP/1.1\r\n{self._version}{accept}\r\n{self._end}\r\n"

    def _address(self, key: str) -> str:
        return f"{self._rows}{quoted(key)}')"

    def _row(self, key: str, values: Mapping[str, Value], accept: str) -> str:
        """Headers and content of a row; *accept* and the headers after it differ between the kinds of write."""
        properties = "".join(map(_property, values, values.values()))
        content = f'{self._keys}{_string(key)}, "RowKey@odata.type": "Edm.String"{properties}}}'
        return (
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
            f"{self._version}{accept}\r\n{self._end}{content}\r\n"
        )


def _property(name: str, value: Value) -> str:
    """A property of a row and its type, as JSON; a boolean needs no type."""
    begin, kind = _named(_text(name))
    if type(value) is str:
        return f'{begin}{json_string(value)}{kind}"Edm.String"'
    if type(value) is bool:
        return f"{begin}{'true' if value else 'false'}"
    if type(value) is int and -(2**63) <= value < 2**63:
        return f'{begin}"{value}"{kind}"Edm.Int64"'
    raise NotEncodedError


@lru_cache(maxsize=1_000)
def _named(name: str) -> tuple[str, str]:
    """The JSON before a value called *name*, and before its type."""
    if name in _KEYS or name.endswith("@odata.type"):
        raise NotEncodedError
    return f", {json_string(name)}: ", f", {json_string(f'{name}@odata.type')}: "


def _string(value: str) -> str:
    return json_string(_text(value))


def _if_match(etag: str) -> str:
    """The header without its line end."""
    if type(etag) is not str or _ETAG.fullmatch(etag) is None:
        raise NotEncodedError
    return f"If-Match: {etag}"


def quoted(key: str) -> str:
    """A key inside an address: quotes are doubled, and everything special is escaped. Raises `NotEncodedError`."""
    try:
        return quote(_text(key).replace("'", "''"), safe="")
    except UnicodeEncodeError as surrogate:
        raise NotEncodedError from surrogate


def _text(value: str) -> str:
    """*value*, which is a plain `str`: azure-data-tables refuses its subclasses or writes them in its own way."""
    if type(value) is not str:
        raise NotEncodedError
    return value
