"""Makes events with one thing wrong with them, everything else as it should be."""

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
"""What a good event reports, and what the sample card asks for it."""

ABSENT = object()
"""A change that leaves the field out."""


Changes: TypeAlias = Mapping[str, object]
NONE: Changes = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Case:
    """One message: what is wrong with it, the texts by which its items in suspense are found, and their reasons.

    A text is an event's id, or the whole message as an item keeps it where there is no id. *good* are the ids of
    events in the same message that must be booked all the same, *free* of those that cost nothing. *before* is sent,
    and dealt with, ahead of all.
    """

    what: str
    text: str
    suspended: Mapping[str, str]
    good: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    before: str = ""


@dataclass(slots=True)
class Maker:
    """Numbers the events of one account; *now* is the ledger's time."""

    account: str
    now: datetime
    _made: int = field(default=0)

    def name(self) -> str:
        """An id that was not used before."""
        self._made += 1
        return f"bad-{self._made:04d}"

    def event(self, name: str, data: Changes = NONE, around: Changes = NONE) -> dict[str, Any]:
        """An event with changes: *data* in the call's fields, *around* in the envelope's."""
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
        """A time so long before now; negative spans lie ahead."""
        return instant_text(self.now - timedelta(**span))

    def case(self, reason: str, what: str, data: Changes = NONE, around: Changes = NONE) -> Case:
        """One event in one message; it has an identity, so that it is found by its id."""
        name = self.name()
        return Case(what, json.dumps(self.event(name, data, around)), {name: reason})

    def nameless(self, reason: str, what: str, data: Changes = NONE, around: Changes = NONE) -> Case:
        """One event in one message that lacks what makes an identity: it is found by what it says."""
        event = self.event(self.name(), data, around)
        return Case(what, json.dumps(event), {canonical(event): reason})


def canonical(value: object) -> str:
    """How an item in suspense keeps an element of a message that could be read."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _changed(values: Changes, changes: Changes) -> dict[str, Any]:
    return {name: value for name, value in {**values, **changes}.items() if value is not ABSENT}


def shown(value: object) -> str:
    """A value in the table of cases."""
    return "absent" if value is ABSENT else ascii(value)[:50]
