"""Records that cannot be booked: one for each reason that a sender can give (CONTRACT 1)."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from local.demo.calls import Call
from local.demo.delivery import Event
from local.demo.independent_rating import PublishedCard

STRANGER = "99999999-9999-4999-8999-999999999999"
"""A tenant that has no account."""

NO_JSON = "2026-11-22;+14255550101;+442079460123;130"
"""A line of somebody's CSV, which is neither JSON nor base64."""


@dataclass(frozen=True, slots=True)
class Unbookable:
    """What arrives, and the reason with which it must land in suspense."""

    arrives: object
    reason: str


def unbookable(like: Call, account: str, card: PublishedCard) -> list[Unbookable]:
    """One record for each reason but `conflict`, which needs a call that was booked; *like* is the call they spoil."""
    sound = like.event(account)
    spoilt: dict[str, Mapping[str, Any]] = {
        "invalid_field": {"durationSeconds": "two minutes"},
        "too_long": {"durationSeconds": 25 * 3600},
        "in_the_future": {"startedAt": like.started_at.replace(year=like.started_at.year + 10, day=1).isoformat()},
        "before_account": {"startedAt": like.started_at.replace(year=like.started_at.year - 1, day=1).isoformat()},
        "unknown_account": {"account": STRANGER},
        "no_rate": {"called": card.unrated_number()},
        "masked_number": {"called": card.undecided_number()},
    }
    found = [Unbookable(_spoilt(sound, reason, fields), reason) for reason, fields in spoilt.items()]
    return [
        *found,
        Unbookable({**sound, "id": "a-text", "type": "credits.usage.sms.v1"}, "not_a_call"),
        Unbookable({**sound, "id": "a-fax", "type": "com.example.fax"}, "unknown_type"),
        Unbookable({"caller": "somebody", "seconds": 130}, "not_cloudevents"),
    ]


def _spoilt(sound: Event, name: str, fields: Mapping[str, Any]) -> Event:
    """A sound record of another call, with some of its fields replaced."""
    copy = deepcopy(sound)
    copy["id"] = f"spoilt-{name}"
    copy["data"].update(direction="out", **fields)
    return copy
