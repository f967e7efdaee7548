"""Answers to reads that a healthy storage does not give: odd properties, pages, statuses and contents, and flaws."""

import gzip
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.adapters.wire_reads import entity, json_answer, missing, typed, usual_answers
from tests.adapters.wire_rig import ROW, Answer, Read
from tests.adapters.wire_transactions import value


def odd_answers(dice: Random, asked: Read) -> Sequence[Answer]:
    """What a healthy storage does not answer, in the last place."""
    first = usual_answers(dice, asked)[:-1]
    return [*first, dice.choice((_odd_row, _odd_page, _of_the_whole, _broken, _broken, _broken))(dice, asked)]


ODD_PROPERTIES: Sequence[dict[str, Any]] = (
    {"x": None},
    {"x": 1.5},
    {"x": 2**31},
    {"x": -(2**70)},
    {"x": [1, "a", None]},
    {"x": {"y": 1, "z": None}},
    {"x": float("inf")},
    {"x": "\ud800"},
    *({"x": text, "x@odata.type": "Edm.Int64"} for text in ("", "+5", " 7 ", "1_0", "1.5", "\u0663", "9" * 30, 5, 5.5)),
    *({"x": text, "x@odata.type": "Edm.Int32"} for text in (5, "5", True)),
    *({"x": text, "x@odata.type": "Edm.Double"} for text in (1.5, 1, "NaN", "Infinity", "x")),
    *({"x": text, "x@odata.type": "Edm.Boolean"} for text in (True, "true")),
    *({"x": text, "x@odata.type": "Edm.DateTime"} for text in ("2026-11-29T12:00:00Z", "2026-11-29", "")),
    *({"x": text, "x@odata.type": "Edm.Binary"} for text in ("AAE=", "?")),
    *({"x": text, "x@odata.type": "Edm.Guid"} for text in ("5f0c1f9e-0000-4000-8000-000000000001", "?")),
    *({"x": 5, "x@odata.type": kind} for kind in ("Edm.String", "Edm.Other", "", None, 5, ["Edm.Int64"])),
    {"x@odata.type": "Edm.Int64"},
    {"x@odata.type@odata.type": "Edm.Int64", "x@odata.type": "5"},
    {"odata.x": 5, "odata.x@odata.type": "Edm.Int64"},
    *({"PartitionKey": odd} for odd in (None, 5, "")),
    *({"RowKey": odd} for odd in (None, 5, "", ["a"])),
    {"RowKey": "5", "RowKey@odata.type": "Edm.Int64"},
    *({"odata.etag": odd} for odd in (None, "", 5, "\u65e5")),
    *(
        {"Timestamp": odd}
        for odd in (None, "", 5, "2026-11-29", "2026-02-30T00:00:00Z", "2026-11-29T12:00:00.12345678Z", "now")
    ),
    *(
        {"Timestamp": f"2026-11-29T{odd}Z"}
        for odd in ("24:00:00", "12:00:60", "12:00:00+01:00", "1:00:00", "12:00:00.")
    ),
)


_TAKEN = ("Timestamp", "odata.type", "odata.etag", "odata.id", "RowKey", "PartitionKey", "n", "text", "n@odata.type")


def _odd_row(dice: Random, asked: Read) -> Answer:
    odd = typed(dice, dice.choice(_TAKEN), value(dice)) if dice.random() < 0.3 else dice.choice(ODD_PROPERTIES)
    row = entity(dice) | odd
    if dice.random() < 0.2:
        row.pop(dice.choice(("odata.etag", "PartitionKey", "RowKey")), None)
    return json_answer(dice, row if len(asked) == ROW else {"value": [entity(dice), row]})


def _odd_page(dice: Random, _asked: Read) -> Answer:
    odd: Any = (
        None,
        [],
        {},
        5,
        "rows",
        {"value": None},
        {"value": {}},
        {"value": [[]]},
        {"value": [None]},
        {"value": "a"},
    )
    more: Any = ({"Value": [], "value": [entity(dice)]}, {"value": [5]}, {"value": [], "odata.error": {}}, entity(dice))
    return json_answer(dice, dice.choice((*odd, *more)), dice.choice((200, 200, 404)))


def _of_the_whole(dice: Random, asked: Read) -> Answer:
    """Another status, or other content."""
    if dice.random() < 0.3:
        answer = missing(
            dice, dice.choice(("TableNotFound", "ServerBusy", "AuthenticationFailed", "InvalidInput", "x"))
        )
    else:
        answer = dice.choice((missing(dice), usual_answers(dice, asked)[-1]))
    status = dice.choice((200, 201, 202, 204, 302, 304, 400, 401, 403, 404, 404, 408, 409, 412, 429, 500, 503))
    headers = [
        *answer.headers[1:],
        *dice.choice(([answer.headers[0]], [("Content-Type", dice.choice(_OTHER_KINDS))], [])),
    ]
    headers += [("Location", "https://elsewhere.example/")] if dice.random() < 0.2 else []
    return Answer(status, tuple(headers), answer.body)


_OTHER_KINDS = (
    "text/html",
    "application/xml",
    "application/json; charset=latin-1",
    "text/plain",
    "",
    "application/jsonx",
)


def _broken(dice: Random, asked: Read) -> Answer:
    """A usual answer with one to three flaws."""
    answer = usual_answers(dice, asked)[-1]
    for _ in range(dice.choice((1, 1, 2, 3))):
        answer = Answer(answer.status, *dice.choice(_FLAWS)(dice, answer))
    return answer


Flawed = tuple[tuple[tuple[str, str], ...], bytes]

SWAPS: Sequence[tuple[str, str]] = (
    ('"value"', '"value": [], "value"'),
    ('"value"', '"values"'),
    ('"odata.etag"', '"etag"'),
    ('"RowKey"', '"rowkey"'),
    ('"RowKey"', '"RowKey": "another", "RowKey"'),
    ('"Edm.Int64"', '"Edm.Int32"'),
    ('"Edm.Int64"', '"edm.int64"'),
    ('"Edm.String"', '"Edm.Int64"'),
    ('"code"', '"kode"'),
    ('"code"', '"code": 7, "kode"'),
    ('"code"', '"more": "x", "code"'),
    ('"message"', '"massage"'),
    ('"value"', '"value": 5, "other"'),
    ('"lang"', '"more": {}, "lang"'),
    ("{", "[{"),
    ("{", "\ufeff{"),
    ("{", '{"a":' * 2_000 + "{"),
    ("true", "TRUE"),
    ("true", "NaN"),
    (":", ": "),
    ("\\u", "\\ud8"),
    ("Z", "+00:00"),
)


def _swapped(dice: Random, answer: Answer) -> Flawed:
    old, new = (word.encode() for word in dice.choice(SWAPS))
    return answer.headers, answer.body.replace(old, new, dice.choice((1, 1, -1)))


def _cut(dice: Random, answer: Answer) -> Flawed:
    return answer.headers, answer.body[: dice.randrange(len(answer.body) + 1)]


def _one_byte(dice: Random, answer: Answer) -> Flawed:
    place, gone = dice.randrange(len(answer.body) + 1), dice.randrange(2)
    new = dice.choice((b"", dice.randbytes(1), b" ", b"\n", b'"', b",", b":", b"0", b"\xff", b"}"))
    return answer.headers, answer.body[:place] + new + answer.body[place + gone :]


def _recoded(dice: Random, answer: Answer) -> Flawed:
    text = answer.body.decode("utf-8", "replace")
    return answer.headers, text.encode(dice.choice(("utf-16", "utf-16-le", "utf-8-sig", "utf-32")), "replace")


def _compressed(dice: Random, answer: Answer) -> Flawed:
    body = gzip.compress(answer.body) if dice.random() < 0.7 else answer.body
    return (*answer.headers, ("Content-Encoding", "gzip")), body


def _garbage(dice: Random, answer: Answer) -> Flawed:
    return answer.headers, dice.randbytes(dice.choice((0, 1, 30, 300)))


_FLAWS: Sequence[Callable[[Random, Answer], Flawed]] = (
    *[_swapped] * 5,
    _cut,
    *[_one_byte] * 2,
    _recoded,
    _compressed,
    _garbage,
)
