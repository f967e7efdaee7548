"""Random answers to a transaction: usual ones in the forms of Azure and Azurite, refusals and outages."""

import json
from collections.abc import Sequence
from random import Random

from tests.adapters.wire_rig import Answer

BATCH, CHANGES = "batchresponse_e69b1c6c-62ff-471e-ab88-9a4aeef0da5a", "changesetresponse_a6253244-7e21-42a8-a149"
KIND = f"multipart/mixed; boundary={BATCH}"

PART = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
_AZURITE = "X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\nDataServiceVersion: 3.0;\r\n"
_PLACE = "https://credits.table.core.windows.net/Ledger(PartitionKey='p',RowKey='a%3Ahead')"
JSON_KIND = "Content-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8\r\n"

USUAL_REFUSALS = (
    ("409 Conflict", "EntityAlreadyExists", "The specified entity already exists."),
    ("412 Precondition Failed", "UpdateConditionNotSatisfied", "The update condition was not satisfied."),
    ("412 Precondition Failed", "ConditionNotMet", "The condition specified was not met."),
    ("404 Not Found", "ResourceNotFound", "The specified resource does not exist."),
    ("404 Not Found", "EntityNotFound", "The specified entity does not exist."),
)

_OTHER_REFUSALS = (
    ("400 Bad Request", "PropertyValueTooLarge", "The property value exceeds the maximum allowed size (64KB)."),
    ("400 Bad Request", "InvalidDuplicateRow", "The batch request contains multiple changes with same row key."),
    ("400 Bad Request", "InvalidResourceName", "The specified resource name contains invalid characters."),
    ("400 Bad Request", "OutOfRangeInput", "The specified resource name length is not within the permissible limits."),
    ("400 Bad Request", "Unheard", "Nobody knows."),
    ("404 Not Found", "TableNotFound", "The table specified does not exist."),
    ("403 Forbidden", "AuthorizationFailure", "This request is not authorized."),
    ("413 Request Entity Too Large", "RequestBodyTooLarge", "The request body is too large."),
    ("500 Internal Server Error", "InternalError", "Server encountered an internal error."),
    ("500 Internal Server Error", "OperationTimedOut", "Operation could not be completed within the permitted time."),
    ("503 Service Unavailable", "ServerBusy", "The server is busy."),
    ("409 Conflict", "ServerBusy", "A code that does not fit its status."),
    ("503 Service Unavailable", "EntityAlreadyExists", "A status that does not fit its code."),
    ("200 OK", "EntityAlreadyExists", "An error that is none."),
)


def usual_answer(dice: Random, writes: int) -> Answer:
    """What a healthy storage answers: every write applied, or one refused."""
    if dice.random() < 0.6:
        return multipart([_applied(dice) for _ in range(writes)])
    return multipart([refusal(dice, dice.choice(USUAL_REFUSALS), f"{dice.randrange(writes)}:")])


def multipart(parts: Sequence[bytes], kind: str = KIND) -> Answer:
    """The answer to a transaction whose writes have the answers *parts*."""
    begin = f"--{BATCH}\r\nContent-Type: multipart/mixed; boundary={CHANGES}\r\n\r\n"
    middle = b"".join(f"--{CHANGES}\r\n".encode() + part for part in parts)
    return Answer(
        202, (("Content-Type", kind),), begin.encode() + middle + f"--{CHANGES}--\r\n--{BATCH}--\r\n".encode()
    )


def _applied(dice: Random) -> bytes:
    """A part about a write that was applied. Azure repeats the number of the write, Azurite does not."""
    more = dice.choice((_AZURITE, f"Content-ID: {dice.randrange(100)}\r\n{_AZURITE}"))
    etag = f"ETag: W/\"datetime'2026-11-29T12%3A30%3A45.{dice.randrange(10**7):07d}Z'\"\r\n"
    match dice.randrange(4):
        case 0:
            text = f"HTTP/1.1 204 No Content\r\n{more}{etag}\r\n\r\n"
        case 1:
            text = f"HTTP/1.1 204 No Content\r\n{more}\r\n\r\n"
        case 2:
            text = f"HTTP/1.1 201 Created\r\n{more}Location: {_PLACE}\r\nDataServiceId: {_PLACE}\r\n{etag}\r\n\r\n"
        case _:
            row = {"odata.metadata": _PLACE, "PartitionKey": "p", "RowKey": "a:head", "t": "\r\n--\u65e5\x85\u2028"}
            echo = json.dumps(row, ensure_ascii=dice.random() < 0.5)
            text = f"HTTP/1.1 201 Created\r\n{JSON_KIND}{etag}{more}Location: {_PLACE}\r\n\r\n{echo}\r\n"
    return (PART + text).encode()


def refusal(dice: Random, kind: tuple[str, str, str], index: str) -> bytes:
    """A part that says why nothing was applied."""
    status, code, words = kind
    ids = "RequestId:52b0eb20-43dc\nTime:2026-11-29T23:19:53.726Z"
    error = {"code": code, "message": {"lang": dice.choice(("en-US", "en-us")), "value": f"{index}{words}\n{ids}"}}
    content = json.dumps({"odata.error": error}, separators=dice.choice((None, (",", ":"))))
    first = f"Content-ID: {dice.randrange(100)}\r\n" if dice.random() < 0.5 else ""
    more = _AZURITE if dice.random() < 0.5 else "DataServiceVersion: 3.0;\r\n"
    return f"{PART}HTTP/1.1 {status}\r\n{first}{more}{JSON_KIND}\r\n{content}\r\n".encode()


def refused_otherwise(dice: Random, writes: int) -> Answer:
    index = dice.choice(
        ("", f"{writes - 1}:", "0:", "99:", "1234567:", " 1:", "+1:", "-1:", "1_0:", "\u0663:", "a:", ":")
    )
    parts = [refusal(dice, dice.choice((*USUAL_REFUSALS, *_OTHER_REFUSALS)), index)]
    parts += [_applied(dice) for _ in range(dice.choice((0, 0, 0, writes)))]
    dice.shuffle(parts)
    return multipart(parts)


def miscounted(dice: Random, writes: int) -> Answer:
    count = dice.choice((0, writes - 1, writes + 1, 2 * writes))
    return multipart([_applied(dice) for _ in range(count)])


def of_the_whole(dice: Random, _writes: int) -> Answer:
    """A status other than 202, or content that is no multipart."""
    _, code, words = dice.choice((*USUAL_REFUSALS, *_OTHER_REFUSALS))
    error = json.dumps({"odata.error": {"code": code, "message": {"lang": "en-US", "value": f"0:{words}\nTime:1"}}})
    xml = f"<?xml version='1.0'?><error><code>{code}</code><message>{words}</message></error>"
    kind, content = dice.choice(
        (
            ("application/json", error),
            ("application/json;odata=minimalmetadata;charset=utf-8", error),
            ("application/xml", xml),
            ("text/html", "<html>{no} such place"),
            ("text/plain", words),
            ("application/json", error[: len(error) // 2]),
            ("application/json", ""),
            (KIND, ""),
        )
    )
    headers = [("Content-Type", kind)] if dice.random() < 0.9 else []
    headers += [("x-ms-error-code", code)] if dice.random() < 0.5 else []
    headers += [("Location", "https://elsewhere.example/")] if dice.random() < 0.2 else []
    body, status = (
        content.encode(),
        dice.choice((200, 202, 302, 304, 400, 401, 403, 404, 408, 409, 412, 413, 429, 500, 503)),
    )
    return Answer(status, tuple(headers), body)


def garbage(dice: Random, _writes: int) -> Answer:
    kind = dice.choice(
        (KIND, "multipart/mixed", "multipart/mixed; boundary=", f'multipart/mixed; boundary="{BATCH}"', "")
    )
    return Answer(202, (("Content-Type", kind),), dice.randbytes(dice.choice((0, 1, 30, 300))))
