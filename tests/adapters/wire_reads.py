"""Random reads, and what a healthy storage answers to them: rows, pages that continue, and missing rows."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from tests.adapters.wire_rig import ROW, Answer, Read
from tests.adapters.wire_transactions import ETAG, key, odd_key, property_name, value

_PLACE = "https://credits.table.core.windows.net/$metadata#Ledger"
_KINDS = (
    "application/json",
    "application/json;odata=minimalmetadata",
    "application/json;odata=minimalmetadata;streaming=true;charset=utf-8",
)
_PARTITION, _KEY = "x-ms-continuation-NextPartitionKey", "x-ms-continuation-NextRowKey"
_PLACES = ("1!8!cA--", "it's", "a b&c=d", "100%25", "\u65e5", "\u00e9", "")
SMALL = 2**31


def read(dice: Random) -> Read:
    """The arguments of a `get` or of a `range`."""
    if dice.random() < 0.5:
        return key(dice), key(dice)
    return key(dice), key(dice), key(dice), dice.choice((None, None, 1, 2, 1000, 1001, 0))


def odd_read(dice: Random) -> Read:
    """One with a key or a limit that the port does not take."""
    arguments = list(read(dice))
    arguments[dice.randrange(len(arguments))] = odd_key(dice)
    return tuple(arguments)


def usual_answers(dice: Random, asked: Read) -> Sequence[Answer]:
    """What a healthy storage answers: a row, its absence, or pages, of which some are empty."""
    if len(asked) == ROW:
        return [missing(dice) if dice.random() < 0.3 else json_answer(dice, {"odata.metadata": _PLACE, **entity(dice)})]
    pages = [page(dice, _place(dice)) for _ in range(dice.choice((0, 0, 1, 2)))]
    return [*pages, page(dice, ())]


def missing(dice: Random, code: str | None = None) -> Answer:
    """The answer about a row that does not exist."""
    code = code or dice.choice(("ResourceNotFound", "EntityNotFound"))
    message = {"lang": "en-US", "value": "The specified resource does not exist.\nRequestId:1\nTime:2"}
    return json_answer(dice, {"odata.error": {"code": code, "message": message}}, 404)


def page(dice: Random, place: Sequence[tuple[str, str]], rows: int | None = None) -> Answer:
    """One response to a query, with the headers *place* if it continues."""
    count = dice.choice((0, 1, 1, 2, 5)) if rows is None else rows
    answer = json_answer(dice, {"odata.metadata": _PLACE, "value": [entity(dice) for _ in range(count)]})
    return Answer(200, (*answer.headers, *place), answer.body)


def entity(dice: Random) -> dict[str, Any]:
    """A row as the storage writes it."""
    row: dict[str, Any] = {"odata.etag": ETAG} if dice.random() < 0.9 else {"odata.etag": 'W/"x"', "odata.type": "a.b"}
    row |= {"PartitionKey": key(dice), "RowKey": key(dice)}
    if dice.random() < 0.9:
        row |= {"Timestamp": f"2026-11-{dice.randint(1, 30):02d}T23:19:53{dice.choice(('', '.6', '.6484931'))}Z"}
        row |= dice.choice(({}, {"Timestamp@odata.type": "Edm.DateTime"}))
    for _ in range(dice.choice((0, 1, 3, 9))):
        name = property_name(dice)
        if name not in row and name != "Timestamp" and not name.startswith("odata."):
            row |= typed(dice, name, value(dice))
    return row


def typed(dice: Random, name: str, plain: str | bool | int) -> dict[str, Any]:
    """A property with its type, which stands before or after it, and is left out where JSON has it."""
    if isinstance(plain, bool):
        return {name: plain}
    if isinstance(plain, str):
        kind = dice.choice((None, "Edm.String"))
    elif -SMALL <= plain < SMALL and dice.random() < 0.3:
        return {name: plain}
    else:
        plain, kind = str(plain), "Edm.Int64"
    both = [(name, plain), (f"{name}@odata.type", kind)]
    return dict(dice.sample(both, 2)) if kind else {name: plain}


def _place(dice: Random) -> Sequence[tuple[str, str]]:
    both = [(_PARTITION, dice.choice(_PLACES[:-1])), (_KEY, dice.choice(_PLACES))]
    return dice.choice((both, both, both[:1], [(_KEY, "x")]))


def json_answer(dice: Random, content: Any, status: int = 200) -> Answer:
    """An answer with *content* in one of the storage's ways to write it."""
    text = json.dumps(content, ensure_ascii=dice.random() < 0.5, separators=dice.choice((None, (",", ":"))))
    kind = ("Content-Type", dice.choice(_KINDS))
    return Answer(status, (kind, ("Cache-Control", "no-cache")), text.encode("utf-8", "replace"))
