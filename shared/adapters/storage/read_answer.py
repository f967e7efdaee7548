"""The answer to a read, read from its bytes when it has the usual form.

The usual form is strict: the rows that the service writes, with the types of the port, and the absence of a row. Any
other answer is left to azure-data-tables (`LeanTable`), so that an unusual answer never means anything else here than
there. Tests compare both readings (tests/adapters/test_read_answer.py, `./dev prove wire`).
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.adapters.storage.pages import Page
from shared.ports import Row, Value

_JSON = re.compile(r"application/json(?:; ?(?:odata=[a-z]+|streaming=true|charset=utf-8))*")
_TYPE = "@odata.type"
_METADATA = "odata."
_SYSTEM = frozenset({"PartitionKey", "RowKey", "Timestamp"})
_INT64 = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,7})?Z", re.ASCII)
_PAGE = frozenset({"odata.metadata", "value"})
_MISSING = frozenset({"ResourceNotFound", "EntityNotFound"})

NEXT = {"PartitionKey": "x-ms-continuation-NextPartitionKey", "RowKey": "x-ms-continuation-NextRowKey"}
"""The headers with the place where the next response begins. They come with an empty response too."""


class _UnusualError(Exception):
    """An answer whose meaning azure-data-tables finds."""


def read_row(content_type: str | None, body: bytes) -> Row | None:
    """The row of an answer with the status 200; None for an unusual answer."""
    try:
        return _row(_content(content_type, body))
    except _UnusualError:
        return None


def read_page(content_type: str | None, headers: Mapping[str, str], body: bytes) -> Page | None:
    """The rows of an answer with the status 200, and where the next begins; None for an unusual answer."""
    try:
        content = _content(content_type, body)
        entities = content.get("value")
        if type(entities) is not list or not content.keys() <= _PAGE:
            return None
        rows = [_row(entity) for entity in entities]
    except _UnusualError:
        return None
    rest = {name: headers.get(header) for name, header in NEXT.items()}
    return Page(rows, rest if any(rest.values()) else None)


def says_missing(content_type: str | None, body: bytes) -> bool:
    """Whether an answer with the status 404 says in the usual form that the row is missing, and not its table."""
    try:
        content = _content(content_type, body)
    except _UnusualError:
        return False
    error = content.get("odata.error")
    if content.keys() != {"odata.error"} or type(error) is not dict or error.keys() != {"code", "message"}:
        return False
    code, message = error["code"], error["message"]
    return type(code) is str and code in _MISSING and type(message) is dict and type(message.get("value")) is str


def _content(content_type: str | None, body: bytes) -> dict[str, Any]:
    if _JSON.fullmatch(content_type or "") is None:
        raise _UnusualError
    try:
        content = json.loads(body.decode())
    except (ValueError, RecursionError) as invalid:
        raise _UnusualError from invalid
    if type(content) is not dict:
        raise _UnusualError
    return content


def _row(entity: Any) -> Row:  # noqa: ANN401 - any JSON
    """A row of the port: its key and ETag, and the properties other than the storage's own."""
    if type(entity) is not dict:
        raise _UnusualError
    key, etag = entity.get("RowKey"), entity.get("odata.etag")
    if type(key) is not str or type(entity.get("PartitionKey")) is not str or type(etag) is not str or not etag:
        raise _UnusualError
    if "Timestamp" in entity:
        _check_time(entity["Timestamp"])
    values = {
        name: _value(value, entity.get(f"{name}{_TYPE}"))
        for name, value in entity.items()
        if name not in _SYSTEM and not name.endswith(_TYPE) and not name.startswith(_METADATA)
    }
    return Row(key, etag, values)


def _value(value: Any, kind: Any) -> Value:  # noqa: ANN401 - any JSON
    """A property's value by its type, which a text, a truth value and a small number do not name."""
    if type(value) is str and (kind is None or kind == "Edm.String"):
        return value
    if kind == "Edm.Int64" and type(value) is str and _INT64.fullmatch(value) is not None:
        return int(value)
    if (type(value) is bool or type(value) is int) and kind is None:
        return value
    raise _UnusualError


def _check_time(time: Any) -> None:  # noqa: ANN401 - any JSON
    """Nothing is done with the time; azure-data-tables refuses a row with a wrong one."""
    if type(time) is not str or _TIME.fullmatch(time) is None:
        raise _UnusualError
    try:
        datetime.fromisoformat(time)
    except ValueError as wrong:
        raise _UnusualError from wrong
