"""The members of a JSON object, each name once (RFC 7493, 2.3)."""

from collections.abc import Sequence
from typing import Any


class NameTwiceError(ValueError):
    """An object has a member name twice: which value counts is anybody's guess."""


def unique_members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object of *pairs*, as `object_pairs_hook` of Python's JSON parser. Raises NameTwiceError."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NameTwiceError("a member name stands twice")
    return members
