"""Conversion of what calls need to rows and back: holds, pools, licences, and the account's entitlements."""

from collections.abc import Mapping

from pydantic import TypeAdapter

from shared.ledger.entitlements import NO_ENTITLEMENTS, Entitlements, Licence
from shared.ledger.hold import Hold
from shared.ledger.pool import Pool
from shared.ports import Row, Value

HOLD = TypeAdapter(Hold)
ENTITLEMENTS = TypeAdapter(Entitlements)
LICENCE = TypeAdapter(Licence)

PART_CHARACTERS = 32_000
"""Table Storage takes 32,767 characters a string property."""


def hold_values(hold: Hold) -> dict[str, Value]:
    """An open hold's row."""
    return {"hold": HOLD.dump_json(hold).decode()}


def hold_of(values: Mapping[str, Value]) -> Hold:
    """The hold in a row."""
    return HOLD.validate_json(str(values["hold"]))


def pool_values(pool: Pool) -> dict[str, Value]:
    """A pool's row."""
    return {"used": pool.used, "pinned": pool.pinned, "user": pool.user}


def pool_of(key: str, values: Mapping[str, Value]) -> Pool:
    """The pool in a row; *key* without its prefix."""
    return Pool(key, int(values["used"]), int(values["pinned"]), str(values["user"]))


def licence_values(licence: Licence) -> dict[str, Value]:
    """A user's licence's row."""
    return {"licence": LICENCE.dump_json(licence).decode()}


def licence_of(values: Mapping[str, Value]) -> Licence:
    """The licence in a row."""
    return LICENCE.validate_json(str(values["licence"]))


def entitlements_values(entitlements: Entitlements) -> dict[str, Value]:
    """The row of the entitlements, in parts that fit into properties."""
    text = ENTITLEMENTS.dump_json(entitlements).decode()
    parts = [text[start : start + PART_CHARACTERS] for start in range(0, len(text), PART_CHARACTERS)]
    return {"parts": len(parts), **{f"e{number}": part for number, part in enumerate(parts)}}


def entitlements_of(row: Row | None) -> Entitlements:
    """The entitlements in a row; the empty ones of an account without the row."""
    if row is None:
        return NO_ENTITLEMENTS
    text = "".join(str(row.values[f"e{number}"]) for number in range(int(row.values["parts"])))
    return ENTITLEMENTS.validate_json(text)
