"""JSON objects in which each member name occurs once (RFC 7493, 2.3)."""

from collections.abc import Sequence
from typing import Any


class DuplicateMemberError(ValueError):
    """An object has two members of the same name: which value counts is undefined."""


def unique_members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object of *pairs*, for `object_pairs_hook` of Python's JSON parser. Raises DuplicateMemberError."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise DuplicateMemberError("a member name occurs twice")
    return members
