"""The answer to a `$batch` request, read from its bytes when it has the usual form.

The usual form is strict: any other answer is left to azure-data-tables (`LeanTable`), so that an unusual answer never
means anything else here than there. Tests compare both readings (tests/adapters/test_batch_answer.py,
`./dev prove wire`).
"""

import json
import re
from collections.abc import Sequence

from shared.ports import RowChangedError, RowExistsError, WriteRefusedError

_MULTIPART = re.compile(r"multipart/mixed; boundary=([A-Za-z0-9_-]{1,70})")
_CHANGES = re.compile(rb"\r\nContent-Type: multipart/mixed; boundary=([A-Za-z0-9_-]{1,70})\r\n\r\n")

_BEGIN = rb"\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1\.1 "
_FRAMING = rb"content-length|transfer-encoding|content-encoding"
_APPLIED_HEADERS = rb"(?:(?!(?i:etag|" + _FRAMING + rb"):)[A-Za-z0-9-]+: [ -~]{0,2000}\r\n){0,20}"
_APPLIED = re.compile(
    _BEGIN
    + rb"20[14] [A-Za-z ]+\r\n"
    + _APPLIED_HEADERS
    + rb"(?:ETag: ([!-~]{0,200})\r\n)?"
    + _APPLIED_HEADERS
    + rb"\r\n(?:\{[^\r\n]*)?(?:\r\n)?"
)
_REFUSED_HEADERS = rb"(?:(?!(?i:content-type|" + _FRAMING + rb"):)[A-Za-z0-9-]+: [ -~]{0,2000}\r\n){0,20}"
_REFUSED = re.compile(
    _BEGIN
    + rb"(404|409|412) [A-Za-z ]+\r\n"
    + _REFUSED_HEADERS
    + rb"Content-Type: application/json(?:; ?(?:odata=[a-z]+|streaming=true|charset=utf-8))*\r\n"
    + _REFUSED_HEADERS
    + rb"\r\n(\{[ -~]*\})(?:\r\n)?"
)
"""The headers that may occur in any number are those that cannot change how the part is read."""

_INDEX = re.compile(r"([0-9]{1,4}):")

_REFUSALS: dict[str, type[WriteRefusedError]] = {
    "EntityAlreadyExists": RowExistsError,
    "UpdateConditionNotSatisfied": RowChangedError,
    "ConditionNotMet": RowChangedError,
    "ResourceNotFound": RowChangedError,
    "EntityNotFound": RowChangedError,
}

REASON_CHARACTERS = 200


def read_answer(content_type: str | None, body: bytes, writes: int) -> Sequence[str] | WriteRefusedError | None:
    """The ETags of *writes* rows ("" for a deleted one), or the refusal of one of them; None for an unusual answer.

    The answer's status is 202, whether the transaction was applied or not.
    """
    parts = _parts(content_type or "", body)
    if parts is None:
        return None
    if len(parts) == 1 and (refused := _REFUSED.fullmatch(parts[0])) is not None:
        return _refusal(refused)
    etags = [_etag(part) for part in parts]
    return [etag for etag in etags if etag is not None] if len(etags) == writes and None not in etags else None


def _parts(content_type: str, body: bytes) -> Sequence[bytes] | None:
    """What follows the boundary of each part of the only change set."""
    outer = _MULTIPART.fullmatch(content_type)
    if outer is None:
        return None
    batch = outer[1].encode()
    begin, end = b"--" + batch, b"--\r\n--" + batch + b"--"
    changes = _CHANGES.match(body, len(begin)) if body.startswith(begin) else None
    if changes is None:
        return None
    pieces = body[changes.end() - 2 :].split(b"\r\n--" + changes[1])
    is_whole = not pieces[0] and pieces[-1].removesuffix(b"\r\n") == end
    return pieces[1:-1] if is_whole else None


def _etag(part: bytes) -> str | None:
    """The ETag of a write that was applied; None when *part* is not about one, or is unusual."""
    applied = _APPLIED.fullmatch(part)
    return (applied[1] or b"").decode() if applied is not None else None


def _refusal(refused: re.Match[bytes]) -> WriteRefusedError | None:
    """The refusal that the port knows; None when the error is another one, or is unusual."""
    try:
        answer = json.loads(refused[2])
        error, message = answer["odata.error"], answer["odata.error"]["message"]
        code, text = error["code"], message["value"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    usual = answer.keys() == {"odata.error"} and error.keys() == {"code", "message"}
    index = _INDEX.match(text) if isinstance(text, str) else None
    if not usual or index is None or not isinstance(code, str) or code not in _REFUSALS:
        return None
    reason = text.splitlines()[0][:REASON_CHARACTERS]
    return _REFUSALS[code](int(index[1]), f"{refused[1].decode()} {reason}")
