"""Random transactions: every write, value and key that the port takes, and some that it does not."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from random import Random
from typing import Any

from shared.ports import Create, Delete, Replace, Upsert, Write

ETAG = "W/\"datetime'2026-11-29T23%3A19%3A53.6484931Z'\""

_CHARACTERS = "aZ09 .-_~!*'()%&+=@:;,$|\"<>{}[]^`#?/\\\t\r\n\x00\x7f\x85\u00e9\u65e5\u2028\ufeff\U0001f4de"
KEYS = ("a:head", "j:000000000012", "m:5f0c1f9e-0000", "it's", "''", "a b", "100%41", "{x}", "", "PartitionKey='a'")
_NAMES = ("n", "text", "amount", "p0", "caf\u00e9", "a b", 'quo"te', "", "odata.type", "Timestamp")
_WHOLE = (0, 1, -1, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, -(2**63))
_TEXTS = (
    "",
    "7",
    "true",
    "\r\n--changeset_1--\r\n",
    "\r\n--batch_0\r\n",
    "2026-03-01T12:00:00Z",
    "From here",
    "\ud800",
)


class _Name(StrEnum):
    A = "a"


class _Text(str):
    __slots__ = ()


def transaction(dice: Random, rows_max: int = 100) -> tuple[str, list[Write]]:
    """A partition and 1 to *rows_max* writes that the port takes. Most are few."""
    count = dice.choice((1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 8, dice.randint(1, rows_max)))
    return key(dice), [_write(dice) for _ in range(min(count, rows_max))]


def odd_transaction(dice: Random) -> tuple[str, list[Write]]:
    """One with something in it that the port or the storage does not take, or that no caller has sent yet."""
    partition, writes = transaction(dice, 4)
    odd = dice.choice(_ODD)(dice)
    if isinstance(odd, str):
        return odd, writes
    if isinstance(odd, list):
        return partition, odd
    writes.insert(dice.randint(0, len(writes)), odd)
    return partition, writes


def key(dice: Random) -> str:
    """A partition's or a row's key."""
    if dice.random() < 0.4:
        return dice.choice(KEYS)
    return text(dice, dice.choice((1, 5, 40, 300)))


def text(dice: Random, length: int) -> str:
    """Characters that something on the way treats differently from others."""
    return "".join(dice.choice(_CHARACTERS) for _ in range(length))


def odd_key(dice: Random) -> Any:
    """No key: azure-data-tables refuses it or writes it in its own way."""
    return dice.choice(("\ud800", "a\udc00", _Name.A, _Text("a"), None, 7, 1.5, True, b"a", ["a"]))


def _write(dice: Random) -> Write:
    match dice.randrange(4):
        case 0:
            return Create(key(dice), _values(dice))
        case 1:
            return Upsert(key(dice), _values(dice))
        case 2:
            return Replace(key(dice), _values(dice), _etag(dice))
        case _:
            return Delete(key(dice), _etag(dice))


def _etag(dice: Random) -> str:
    return dice.choice((ETAG, 'W/"stale"', 'W/""', f'W/"{dice.getrandbits(64):x}"'))


def _values(dice: Random) -> dict[str, str | int | bool]:
    return {property_name(dice): value(dice) for _ in range(dice.choice((0, 1, 2, 3, 9)))}


def property_name(dice: Random) -> str:
    """The name of a property."""
    return dice.choice(_NAMES) if dice.random() < 0.8 else text(dice, 6)


def value(dice: Random) -> str | int | bool:
    """What a property holds."""
    match dice.randrange(5):
        case 0:
            return dice.random() < 0.5
        case 1:
            return dice.choice(_WHOLE)
        case 2:
            return dice.randint(-(2**63), 2**63 - 1)
        case 3:
            return dice.choice(_TEXTS)
        case _:
            return text(dice, dice.choice((1, 10, 200)))


def _odd_value(dice: Random) -> Any:
    return dice.choice((2**63, -(2**63) - 1, 1.5, None, b"bytes", _Name.A, _Text("a"), ["a"], ("a", "b")))


def _odd_etag(dice: Random) -> Any:
    odd = ("", "*", "stale", '"strong"', "W/stale", 'W/"caf\u00e9"', 'W/"\u65e5"', 'W/"a\r\nX: y"', 'W/"a b"', None, 5)
    return dice.choice(odd)


_ODD: Sequence[Callable[[Random], Any]] = (
    lambda _: [],
    lambda _: [Create(f"{number:03d}", {}) for number in range(101)],
    lambda dice: "p" * 600 + text(dice, 3),
    lambda _: "\ud800",
    lambda _: Upsert("\udc00", {}),
    lambda dice: Create("a", {"odd": _odd_value(dice), "n": 1}),
    lambda dice: Upsert("a", {"n": 1, "odd": _odd_value(dice)}),
    lambda dice: Replace("a", {"n": 1}, _odd_etag(dice)),
    lambda dice: Delete("a", _odd_etag(dice)),
    lambda _: Create("a", {"PartitionKey": "another"}),
    lambda _: Upsert("a", {"RowKey": "another"}),
    lambda _: Create("a", {"RowKey@odata.type": "Edm.Int64"}),
    lambda _: Create("a", {"n@odata.type": "Edm.String", "n": 1}),
    lambda _: Create(_Text("a"), {}),
    lambda _: Upsert(_Name.A, {"n": 1}),
    lambda _: Create(None, {}),  # type: ignore[arg-type]
    lambda _: Delete(7, ETAG),  # type: ignore[arg-type]
    lambda _: Create("a", {5: "n"}),  # type: ignore[dict-item]
    lambda _: Create("a", {_Text("n"): "n"}),
)
