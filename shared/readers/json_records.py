"""JSON files -> records: one object, an array, one object a line, or a page such as Graph's `{"value": […]}`.

A file is read in bounded memory: a record has at most `RECORD_BYTES_MAX`.
"""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import ijson

from shared.kernel.unique_names import unique_members
from shared.readers.encoding import encoding_of, in_utf_8
from shared.readers.row import Broken, UnreadableFileError

RECORD_BYTES_MAX = 1024 * 1024
"""The longest record; a FreeSWITCH record has some fifteen thousand bytes."""

CONTAINERS = ("value", "calls", "records", "Records", "messages", "usage_records")
"""Members of a page that hold its records: Graph's, Twilio's, Azure Monitor's."""

NOT_JSON = "not JSON (I-JSON, RFC 7493)"

_KEPT = 1_000
_CUT = b"..."


def json_records(file: BinaryIO, encoding: str | None) -> Iterator[tuple[str, object]]:
    """The place and value of each record, or `Broken`. UnreadableFileError where the file cannot be read further."""
    used = encoding_of(file, encoding)
    text = file if used in {"utf-8", "utf-8-sig"} else in_utf_8(file, used)
    first = _next_line(text)
    second = _next_line(text) if first else b""
    text.seek(0)
    if used == "utf-8-sig":
        text.read(len(codecs.BOM_UTF8))
    if not first:
        return
    yield from _lines(text) if _is_line(first, second) else _streamed(text, _prefix_of(text))


def _next_line(text: BinaryIO) -> bytes:
    """The next line that is not blank, without spaces around it; at most `RECORD_BYTES_MAX` of it, with `_CUT` if it is
    longer.
    """
    while line := text.readline(RECORD_BYTES_MAX):
        is_cut = len(line) == RECORD_BYTES_MAX and not line.endswith(b"\n")
        if stripped := line.removeprefix(codecs.BOM_UTF8).strip():
            return stripped + _CUT if is_cut else stripped
    return b""


def _is_line(first: bytes, second: bytes) -> bool:
    """Whether the file has one value a line: the first is whole, or looks whole and is not valid, or is damaged before
    a whole one. Within a larger value, a line that is a whole object follows one that ends with a bracket, comma or
    colon.
    """
    if _looks_whole(first) or (_looks_whole(second) and not first.endswith((b"[", b"{", b",", b":"))):
        return True
    try:
        _parse(first)
    except (ValueError, RecursionError):
        return False
    return True


def _looks_whole(line: bytes) -> bool:
    return line[:1] == b"{" and line[-1:] == b"}"


def _lines(text: BinaryIO) -> Iterator[tuple[str, object]]:
    number = 0
    while line := text.readline(RECORD_BYTES_MAX + 1):
        number += 1
        place = f"line {number}"
        if len(line) > RECORD_BYTES_MAX:
            beginning = line[:_KEPT]
            while line and not line.endswith(b"\n"):
                line = text.readline(RECORD_BYTES_MAX)
            yield place, Broken(f"longer than {RECORD_BYTES_MAX} bytes", beginning.decode("utf-8", "replace"))
        elif line.strip():
            yield from _in_line(line, place)


def _in_line(line: bytes, place: str) -> Iterator[tuple[str, object]]:
    try:
        value = _parse(line)
    except (ValueError, RecursionError):
        yield place, Broken(NOT_JSON, line[:_KEPT].decode("utf-8", "replace"))
        return
    inside = _contained(value)
    if inside is None:
        yield place, value
    else:
        for number, record in enumerate(inside, start=1):
            yield f"{place}, record {number}", record


def _contained(value: object) -> list[object] | None:
    """The records in an array or a page; None when *value* is a record itself."""
    if isinstance(value, dict):
        value = next((value[name] for name in CONTAINERS if isinstance(value.get(name), list)), None)
    return value if isinstance(value, list) else None


def _parse(line: bytes) -> object:
    return json.loads(line.decode(), object_pairs_hook=unique_members, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _prefix_of(text: BinaryIO) -> str:
    """Where the records are: ijson's prefix. *text* is rewound to where it was. Without `use_float`, ijson 3.6 ends the
    process at an integer of more than 4,300 digits.
    """
    start = text.tell()
    prefix = ""
    try:
        for path, event, value in ijson.parse(_Bounded(text, once=True), use_float=True, multiple_values=True):
            if path == "" and event == "start_array":
                prefix = "item"
            if event == "start_array" and path in CONTAINERS:
                prefix = f"{path}.item"
            if prefix or (path == "" and event != "start_map" and not (event == "map_key" and value)):
                break
    except (ijson.JSONError, UnreadableFileError):
        prefix = prefix or ""
    text.seek(start)
    return prefix


def _streamed(text: BinaryIO, prefix: str) -> Iterator[tuple[str, object]]:
    bounded = _Bounded(text)
    number = 0
    try:
        for record in ijson.items(bounded, prefix, map_type=_Members, use_float=True, multiple_values=True):
            number += 1
            yield f"record {number}", Broken(NOT_JSON) if _has_name_twice(record) else record
            bounded.begin_record()
    except (ijson.JSONError, UnicodeDecodeError) as error:
        detail = f"record {number + 1}: {NOT_JSON}"
        raise UnreadableFileError(detail) from error


class _Members(dict[str, Any]):
    """An object that knows whether it has a name twice."""

    has_name_twice = False

    def __setitem__(self, name: str, value: object) -> None:
        self.has_name_twice = self.has_name_twice or name in self
        super().__setitem__(name, value)


def _has_name_twice(value: object) -> bool:
    """Whether *value*, or an object in it, has a name twice; without recursion."""
    level = [value]
    while level:
        if any(isinstance(each, _Members) and each.has_name_twice for each in level):
            return True
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [child for children in inner for child in children]
    return False


class _Bounded:
    """A file that refuses to be read when one record has taken too many bytes."""

    def __init__(self, file: BinaryIO, *, once: bool = False) -> None:
        self._file, self._taken, self._once = file, 0, once

    def read(self, size: int = -1) -> bytes:
        """Up to *size* bytes."""
        if self._taken > RECORD_BYTES_MAX:
            raise UnreadableFileError(f"a record is longer than {RECORD_BYTES_MAX} bytes")
        part = self._file.read(size)
        self._taken += len(part)
        return part

    def begin_record(self) -> None:
        """Count from here on."""
        self._taken = 0
