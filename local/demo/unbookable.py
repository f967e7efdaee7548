"""Records that cannot be booked: one for each reason that a sender can cause (CONTRACT 1)."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from local.demo.calls import Call
from local.demo.delivery import Event
from local.demo.independent_rating import PublishedCard

WITHOUT_ACCOUNT = "99999999-9999-4999-8999-999999999999"
"""A tenant that has no account."""

NOT_JSON = "2026-11-22;+14255550101;+442079460123;130"
"""A line of CSV, which is neither JSON nor base64."""


@dataclass(frozen=True, slots=True)
class Unbookable:
    """A record, and the reason with which it must be put into suspense."""

    record: object
    reason: str


def unbookable(like: Call, account: str, card: PublishedCard) -> list[Unbookable]:
    """One record for each reason except `conflict`, which needs a booked call. They are made from the call *like*."""
    valid = like.event(account)
    changed_fields: dict[str, Mapping[str, Any]] = {
        "invalid_field": {"durationSeconds": "two minutes"},
        "too_long": {"durationSeconds": 25 * 3600},
        "in_the_future": {"startedAt": like.started_at.replace(year=like.started_at.year + 10, day=1).isoformat()},
        "before_account": {"startedAt": like.started_at.replace(year=like.started_at.year - 1, day=1).isoformat()},
        "unknown_account": {"account": WITHOUT_ACCOUNT},
        "no_rate": {"called": card.unrated_number()},
        "masked_number": {"called": card.ambiguous_number()},
    }
    found = [Unbookable(_with_fields(valid, reason, fields), reason) for reason, fields in changed_fields.items()]
    return [
        *found,
        Unbookable({**valid, "id": "a-text", "type": "credits.usage.sms.v1"}, "not_a_call"),
        Unbookable({**valid, "id": "a-fax", "type": "com.example.fax"}, "unknown_type"),
        Unbookable({"caller": "somebody", "seconds": 130}, "not_cloudevents"),
    ]


def _with_fields(valid: Event, name: str, fields: Mapping[str, Any]) -> Event:
    """A copy of the valid record under another id, with some of its fields replaced."""
    copy = deepcopy(valid)
    copy["id"] = f"unbookable-{name}"
    copy["data"].update(direction="out", **fields)
    return copy
