"""Builds events that are invalid in exactly one way."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from shared.kernel.times import instant_text
from tests.proofs.prove.calls import envelope

SOURCE = "urn:example:bad-input"
LONDON, SECONDS, COST = "+442079460123", 60, Decimal("0.012")
"""The call that a valid event reports, and its cost by the sample card."""

LONGEST = 256
"""Characters of a source or an id."""

ABSENT = object()
"""As the value of a change: remove the field."""


Changes: TypeAlias = Mapping[str, object]
NONE: Changes = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Case:
    """One message: what is wrong with it (*what*), its *text*, and the items that it must leave in suspense.

    *suspended* maps each item to its reason. An item is identified by its event's id or, if there is none, by the
    stored message. *good* are the ids of events in the same message that must be booked; *free* are those of them that
    cost nothing. *before* is a message that is sent and processed before all cases.
    """

    what: str
    text: str
    suspended: Mapping[str, str]
    good: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    before: str = ""


@dataclass(slots=True)
class EventFactory:
    """Creates events of one account with consecutive ids; *now* is the service's time."""

    account: str
    now: datetime
    _made: int = field(default=0)

    def name(self) -> str:
        """A new id."""
        self._made += 1
        return f"bad-{self._made:04d}"

    def event(self, name: str, data: Changes = NONE, around: Changes = NONE) -> dict[str, Any]:
        """An event with changes: *data* to the call's fields, *around* to the envelope's."""
        call = {
            "account": self.account,
            "user": "user-1",
            "direction": "out",
            "service": "user",
            "called": LONDON,
            "startedAt": self.ago(hours=2),
            "durationSeconds": SECONDS,
        }
        return _changed(envelope(SOURCE, name, call), {"data": _changed(call, data), **around})

    def ago(self, **span: float) -> str:
        """The time *span* before now; a negative span is in the future."""
        return instant_text(self.now - timedelta(**span))

    def case(self, reason: str, what: str, data: Changes = NONE, around: Changes = NONE) -> Case:
        """A message with one event that has an id, by which its suspense item is found."""
        name = self.name()
        return Case(what, json.dumps(self.event(name, data, around)), {name: reason})

    def case_without_identity(self, reason: str, what: str, data: Changes = NONE, around: Changes = NONE) -> Case:
        """A message with one event that has no valid account, source, id or type. If it has a source and an id, its
        suspense item is found by the id, else by its stored message.
        """
        event = self.event(self.name(), data, around)
        is_named = all(isinstance(each, str) and 0 < len(each) <= LONGEST for each in map(event.get, ("source", "id")))
        return Case(what, json.dumps(event), {event["id"] if is_named else canonical(event): reason})


def canonical(value: object) -> str:
    """A readable element in the form in which a suspense item stores it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _changed(values: Changes, changes: Changes) -> dict[str, Any]:
    return {name: value for name, value in {**values, **changes}.items() if value is not ABSENT}


def shown(value: object) -> str:
    """A value as printed in the list of cases."""
    return "absent" if value is ABSENT else ascii(value)[:50]
