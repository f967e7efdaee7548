"""Notices as plain JSON, for a queue message. Fields may be added: readers ignore those that they do not know."""

from collections.abc import Mapping
from typing import Any

from shared.kernel.plain_data import plain, record_from
from shared.notices.notice import KINDS, Kind, Notice, kind_of


def notice_json(notice: Notice) -> dict[str, object]:
    """*notice* as plain JSON, its kind under "kind". `notice_from` reads it."""
    return {"kind": kind_of(notice).value, **plain(notice)}


def notice_from(facts: Mapping[str, Any]) -> Notice:
    """The notice in *facts*. ValueError when there is none, or one of a kind that only a later version knows."""
    try:
        return record_from(KINDS[Kind(facts["kind"])], facts)
    except (KeyError, TypeError) as error:
        message = f"not a notice: {error!r}"
        raise ValueError(message) from error
