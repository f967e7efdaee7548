"""Answers with flaws: cut off, mixed up, with other line ends, headers, boundaries or errors than usual."""

import gzip
from collections.abc import Callable, Sequence
from random import Random

from tests.adapters.wire_answers import (
    BATCH,
    CHANGES,
    JSON_KIND,
    KIND,
    garbage,
    miscounted,
    of_the_whole,
    refused_otherwise,
    usual_answer,
)
from tests.adapters.wire_rig import Answer


def odd_answer(dice: Random, writes: int) -> Answer:
    """What a healthy storage does not answer."""
    return dice.choice((of_the_whole, refused_otherwise, miscounted, _broken, _broken, _broken, garbage))(dice, writes)


def _broken(dice: Random, writes: int) -> Answer:
    """A usual answer with one to three flaws."""
    answer = usual_answer(dice, writes)
    for _ in range(dice.choice((1, 1, 2, 3))):
        answer = dice.choice(_FLAWS)(dice, answer)
    return answer


SWAPS = (
    ("\r\n", "\n"),
    ("\r\n", "\r"),
    ("\r\n", "\r\n\r\n"),
    ("\r\n\r\n", "\r\n"),
    ("\r\n", " \r\n"),
    ("\r\n", "\r\n "),
    ("\r\n", ""),
    ("ETag", "etag"),
    ("ETag: ", "ETag:"),
    ("ETag: ", "ETag:  "),
    ("ETag: ", "ETag: one\r\nETag: "),
    ("Cache-Control", "ETag"),
    ("Cache-Control: no-cache", "Content-Length: 0"),
    ("Cache-Control: no-cache", "Content-Length: 3"),
    ("Cache-Control: no-cache", "content-length: 9999"),
    ("Cache-Control: no-cache", "Transfer-Encoding: chunked"),
    ("Cache-Control: no-cache", "Content-Encoding: gzip"),
    ("Cache-Control: no-cache", "Content-Type: text/plain"),
    ("Cache-Control: no-cache", "Caf\u00e9: \u65e5"),
    ("DataServiceVersion: 3.0;", "\r\nDataServiceVersion: 3.0;"),
    ("DataServiceVersion: 3.0;", "X: 1\r\n" * 101 + "Y: 2"),
    ("DataServiceVersion: 3.0;", "Long: " + "x" * 66_000),
    ("DataServiceVersion: 3.0;", f"--{CHANGES}"),
    ("DataServiceVersion: 3.0;", f"--{BATCH}"),
    ("DataServiceVersion: 3.0;", "x-ms-error-code: EntityAlreadyExists"),
    ("charset=utf-8", "charset=utf-16"),
    ("charset=utf-8", "charset=latin-1"),
    ("application/json", "text/html"),
    ("application/json", "application/xml"),
    (JSON_KIND, ""),
    (JSON_KIND, JSON_KIND + JSON_KIND),
    (JSON_KIND, JSON_KIND + "content-type: text/plain\r\n"),
    ("HTTP/1.1", "HTTP/1.0"),
    ("HTTP/1.1", "HTTP/9"),
    ("HTTP/1.1 ", "HTTP/1.1  "),
    ("204 No Content", "200 OK"),
    ("204 No Content", "100 Continue"),
    ("204 No Content", "304 Not Modified"),
    ("201 Created", "202"),
    ("201 Created", "2011 Created"),
    ("application/http", "Application/HTTP"),
    ("application/http", "application/json"),
    ("binary", "base64"),
    ("binary", "quoted-printable"),
    ("Content-Transfer-Encoding: binary\r\n", ""),
    ("Content-Transfer-Encoding: binary\r\n", "Content-Transfer-Encoding: binary\r\nContent-ID: 1\r\n"),
    (CHANGES, BATCH),
    (CHANGES, f'"{CHANGES}"'),
    (CHANGES, f"{CHANGES}0"),
    (BATCH, CHANGES),
    (BATCH, f"{BATCH}0"),
    (f"--{CHANGES}--", ""),
    (f"--{BATCH}--", ""),
    (f"--{BATCH}--", f"--{BATCH}--\r\nafter"),
    (f"--{BATCH}\r\n", f"before\r\n--{BATCH}\r\n"),
    ('"code"', '"code": 7, "kode"'),
    ('"code"', '"more": "x", "code"'),
    ('"EntityAlreadyExists"', "null"),
    ('"EntityAlreadyExists"', '["EntityAlreadyExists"]'),
    ('"message"', '"massage"'),
    ('"value"', '"values"'),
    ('"value"', '"value": 5, "other"'),
    ('"lang"', '"more": {}, "lang"'),
    ('{"odata.error"', '{"error": {"code": "A", "message": "B"}, "odata.error"'),
    ('{"odata.error"', '[{"odata.error"'),
    ('{"odata.error"', '{"odata.error": [], "odata.error"'),
    ('{"odata.error"', "\ufeff" + '{"odata.error"'),
    ('{"odata.error"', '{"a":' * 2_000 + '{"odata.error"'),
    (". ", ".\\u2028 "),
    ("The ", "The\\u0085 "),
    ("The ", "\u65e5 "),
    ("The ", "x" * 300),
)


def _swapped(dice: Random, answer: Answer) -> Answer:
    old, new = (word.encode() for word in dice.choice(SWAPS))
    pieces = answer.body.split(old)
    if len(pieces) == 1:
        return answer
    if dice.random() < 0.3:
        return _with(answer, new.join(pieces))
    place = dice.randrange(1, len(pieces))
    return _with(answer, old.join(pieces[:place]) + new + old.join(pieces[place:]))


def _cut(dice: Random, answer: Answer) -> Answer:
    return _with(answer, answer.body[: dice.randrange(len(answer.body) + 1)])


def _one_byte(dice: Random, answer: Answer) -> Answer:
    place = dice.randrange(len(answer.body) + 1)
    new, gone = dice.choice((b"", dice.randbytes(1), b" ", b"\r", b"\n", b"-", b":", b"\xff")), dice.randrange(2)
    return _with(answer, answer.body[:place] + new + answer.body[place + gone :])


def _moved(dice: Random, answer: Answer) -> Answer:
    begin, end = sorted(dice.randrange(len(answer.body) + 1) for _ in range(2))
    return _with(answer, answer.body[:begin] + answer.body[begin:end] * dice.choice((0, 2)) + answer.body[end:])


def _headed(dice: Random, answer: Answer) -> Answer:
    kinds = (
        f'multipart/mixed; boundary="{BATCH}"',
        f"{KIND}; charset=utf-8",
        "multipart/mixed",
        f"multipart/mixed;boundary={BATCH}",
    )
    more = ("Multipart/Mixed", f"multipart/related; boundary={BATCH}", "text/html", "", f"{KIND}\u00e9")
    kind = ("Content-Type", dice.choice((*kinds, *more)))
    headers = dice.choice(((kind,), (), (*answer.headers, kind)))
    return Answer(answer.status, headers, answer.body)


def _other_status(dice: Random, answer: Answer) -> Answer:
    return Answer(dice.choice((200, 201, 204, 400, 409, 413, 503)), answer.headers, answer.body)


def _compressed(dice: Random, answer: Answer) -> Answer:
    body = gzip.compress(answer.body) if dice.random() < 0.7 else answer.body
    return Answer(answer.status, (*answer.headers, ("Content-Encoding", "gzip")), body)


def _with(answer: Answer, body: bytes) -> Answer:
    return Answer(answer.status, answer.headers, body)


_FLAWS: Sequence[Callable[[Random, Answer], Answer]] = (
    *[_swapped] * 6,
    _cut,
    _one_byte,
    _one_byte,
    _moved,
    _headed,
    _compressed,
    _other_status,
)
