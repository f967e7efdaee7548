"""What a telephony system is answered: whether the call may start or go on, and for how long (CONTRACT 2.2)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.kernel.times import instant_text, parse_instant
from shared.ledger.hold import Hold
from shared.rating.kind import CallKind
from shared.views.account import money_json

WARN_SECONDS = 60
"""How long before the money ends a caller can be warned."""

_MINUTE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Granted:
    """A call that may start or go on. *max_seconds* None: without a limit, and then no hold limits it either."""

    call_kind: CallKind
    per_minute: int
    max_seconds: int | None = None
    free_seconds: int = 0
    valid_until: datetime | None = None
    reauthorise_at: datetime | None = None
    is_final: bool = False

    def stored(self) -> str:
        """The answer as text for the marker of its leg."""
        return json.dumps(
            {
                "callKind": self.call_kind.value,
                "perMinute": self.per_minute,
                "maxSeconds": self.max_seconds,
                "freeSeconds": self.free_seconds,
                "validUntil": instant_text(self.valid_until) if self.valid_until else None,
                "reauthoriseAt": instant_text(self.reauthorise_at) if self.reauthorise_at else None,
                "isFinal": self.is_final,
            },
            separators=(",", ":"),
        )


def granted_from(text: str) -> Granted:
    """The answer in a marker."""
    facts: Mapping[str, Any] = json.loads(text)
    valid, again = facts["validUntil"], facts["reauthoriseAt"]
    return Granted(
        CallKind(facts["callKind"]),
        facts["perMinute"],
        facts["maxSeconds"],
        facts["freeSeconds"],
        parse_instant(valid) if valid else None,
        parse_instant(again) if again else None,
        facts["isFinal"],
    )


def granted_by(hold: Hold, *, is_final: bool, now: datetime) -> Granted:
    """The answer for an open hold: ask again a minute before it is used up, or half-way when that is nearer."""
    used_up = hold.since + timedelta(seconds=hold.seconds)
    left = max(used_up - now, timedelta())
    again = used_up - _MINUTE if left >= 2 * _MINUTE else now + left / 2
    return Granted(
        CallKind(hold.call_kind),
        hold.rate.per_minute,
        hold.seconds,
        hold.pool_seconds,
        hold.until,
        again,
        is_final,
    )


def granted_json(leg: str, granted: Granted, currency: str, *, now: datetime) -> dict[str, object]:
    """A "yes". The seconds are the instants counted from *now*: the clock of a telephony system may be off."""
    return {
        "allowed": True,
        "reason": None,
        "callKind": granted.call_kind.value,
        "leg": leg,
        **_limits(granted, currency, now=now),
    }


def denied_json(leg: str, reason: str, call_kind: str) -> dict[str, object]:
    """A "no" with its reason. It is an answer, not an error. *call_kind* is empty where it was not decided."""
    return {
        "allowed": False,
        "reason": reason,
        "callKind": call_kind or None,
        "leg": leg,
        "maxSeconds": 0,
        "validUntil": None,
        "validSeconds": None,
        "reauthoriseAt": None,
        "reauthoriseSeconds": None,
        "finalUnit": None,
        "perMinute": None,
        "freeSeconds": 0,
    }


def not_extended_json(leg: str, reason: str, granted: Granted, currency: str, *, now: datetime) -> dict[str, object]:
    """A "no" to more seconds: what was granted before stays as it is."""
    return {
        "allowed": False,
        "reason": reason,
        "callKind": granted.call_kind.value,
        "leg": leg,
        **_limits(granted, currency, now=now),
    }


def _limits(granted: Granted, currency: str, *, now: datetime) -> dict[str, object]:
    return {
        "maxSeconds": granted.max_seconds,
        "validUntil": instant_text(granted.valid_until) if granted.valid_until else None,
        "validSeconds": _seconds(granted.valid_until, now),
        "reauthoriseAt": instant_text(granted.reauthorise_at) if granted.reauthorise_at else None,
        "reauthoriseSeconds": _seconds(granted.reauthorise_at, now),
        "finalUnit": {"action": "terminate", "warnSeconds": WARN_SECONDS} if granted.is_final else None,
        "perMinute": money_json(granted.per_minute, currency) if currency else None,
        "freeSeconds": granted.free_seconds,
    }


def _seconds(instant: datetime | None, now: datetime) -> int | None:
    return None if instant is None else max(0, int((instant - now).total_seconds()))
