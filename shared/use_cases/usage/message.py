"""A queue message -> the elements in it: I-JSON (RFC 7493), plain or base64, one event or an array (CONTRACT 1).

An element that the parser refuses is kept separately as bytes, so that the other elements are read. An array whose
elements cannot be separated is unreadable as a whole.
"""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from shared.kernel.nesting import NESTING_MAX, is_deep
from shared.kernel.unique_names import unique_members
from shared.use_cases.usage.json_array import WHITESPACE, array_elements
from shared.use_cases.usage.reason import Nameless, Reason, Unbookable

NOT_JSON = Unbookable(Reason.UNREADABLE, "neither JSON nor base64 of JSON (I-JSON, RFC 7493)")
NOT_AN_OBJECT = Unbookable(Reason.NOT_CLOUDEVENTS, "an event is a JSON object")
TOO_DEEP = Unbookable(Reason.NOT_CLOUDEVENTS, f"nested more than {NESTING_MAX} levels deep")

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SPACE = WHITESPACE.encode()


@dataclass(frozen=True, slots=True)
class Parsed:
    """One element. *raw* is its text as received; None if the value is enough."""

    value: object
    raw: str | None = None

    @property
    def text(self) -> str:
        """The element as it is stored: as canonical JSON, or as received if JSON cannot represent its value."""
        try:
            return _CANONICAL.encode(self.value)
        except ValueError:
            return self.raw or ""


def read_elements(body: bytes) -> Sequence[Parsed | Nameless]:
    """The elements of one message, in order; if it cannot be read, the whole message."""
    document = body.removeprefix(_BYTE_ORDER_MARK).strip(_SPACE)
    if document[:1] in {b"{", b"["}:  # base64 never begins with these
        found = _elements(document)
    else:
        decoded = decode_base64(body)  # "1234" is a JSON number, and also valid base64
        inside = None if decoded is None else _elements(decoded.removeprefix(_BYTE_ORDER_MARK).strip(_SPACE))
        found = _elements(document) if inside is None else inside
    return [Nameless(body, NOT_JSON)] if found is None else found


def read_element(raw: bytes) -> Parsed | Nameless:
    """One element of an array."""
    text = raw.strip(_SPACE)
    try:
        value = _LENIENT.decode(text.decode())
    except (ValueError, RecursionError):
        return Nameless(raw, NOT_AN_OBJECT if text[:1] == b"[" else NOT_JSON)
    return Nameless(raw, TOO_DEEP) if is_deep(value) else Parsed(value, text.decode())


def read_json(text: bytes) -> object:
    """One JSON value. ValueError if it is not valid JSON, RecursionError if it is nested too deeply to be read."""
    return _STRICT.decode(text.decode("utf-8-sig"))


def decode_base64(text: bytes) -> bytes | None:
    """The decoded bytes; None when *text* is not base64."""
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None


def _elements(document: bytes) -> Sequence[Parsed | Nameless] | None:
    """The elements of a whole document; None when it cannot be read."""
    try:
        value = _STRICT.decode(document.decode())
    except (ValueError, RecursionError):
        return _one_by_one(document)
    values = value if isinstance(value, list) else [value]
    return _one_by_one(document) if any(map(is_deep, values)) else [Parsed(each) for each in values]


def _one_by_one(document: bytes) -> Sequence[Parsed | Nameless] | None:
    """The elements of a document that cannot be parsed as a whole: valid ones parsed, the others as bytes."""
    parts = array_elements(document) if document[:1] == b"[" else [document]
    if parts is None:
        return None
    found = [read_element(part) for part in parts]
    is_alone = len(found) == 1 and isinstance(found[0], Nameless) and found[0].flaw != TOO_DEEP
    return None if is_alone else found  # a message with nothing else in it is kept as received


def _refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(name)


def _float_in_range(text: str) -> float:
    """Refuse a number that is out of a float's range: it would become Infinity, which is not JSON. Its element is then
    read separately, with `_LENIENT`.
    """
    number = float(text)
    if math.isinf(number):
        raise ValueError("beyond a float")
    return number


_STRICT = json.JSONDecoder(
    object_pairs_hook=unique_members, parse_constant=_refuse_constant, parse_float=_float_in_range
)
_LENIENT = json.JSONDecoder(object_pairs_hook=unique_members, parse_constant=_refuse_constant)
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
